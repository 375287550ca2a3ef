namespace Kola.Servers.Omaha;

/// <summary>An update that is offered to machines of an application and a group.</summary>
public sealed record OmahaOffer
{
    /// <summary>Compared without braces and case.</summary>
    public string App { get; init; } = OmahaApp.Flatcar;

    /// <summary>The track that machines name; <see langword="null"/>: every track.</summary>
    public string? Group { get; init; }

    /// <summary>Machines that run this version, or a later one, are told that there is no update.</summary>
    public required string Version { get; init; }

    /// <summary>URL that the packages' names are appended to, with or without a slash at its end.</summary>
    public required string Codebase { get; init; }

    /// <summary>At least one. update_engine installs the first; other clients read them all.</summary>
    public required IReadOnlyList<OmahaPackage> Packages { get; init; }

    /// <summary>How many of the group's machines are offered it, 0 to 100. Which ones: by a hash of machine and version, so a larger share adds machines and drops none.</summary>
    public double Percent { get; init; } = 100;

    /// <summary>Nobody is offered it. The answer is Nebraska's for a group whose updates are disabled: an error status, which update_engine reports as error 34.</summary>
    public bool Paused { get; init; }

    /// <summary>Offered to machines that run a later version, too.</summary>
    public bool Downgrades { get; init; }

    /// <summary>Clients do not wait longer after each download that failed.</summary>
    public bool DisablePayloadBackoff { get; init; } = true;

    internal bool IsFor(string app) => OmahaApp.Same(App, app);

    internal bool IsForGroup(string? group) => Group is null || string.Equals(Group, group, StringComparison.Ordinal);
}
