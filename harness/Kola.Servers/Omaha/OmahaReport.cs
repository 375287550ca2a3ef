namespace Kola.Servers.Omaha;

/// <summary>What a request said of one application of a machine, and what that was answered.</summary>
public sealed record OmahaReport
{
    /// <summary>The application's id, as the client wrote it.</summary>
    public required string App { get; init; }

    /// <summary>The machine's id.</summary>
    public required string Machine { get; init; }

    /// <summary>The track it follows.</summary>
    public string? Group { get; init; }

    /// <summary>The version it runs.</summary>
    public required string Version { get; init; }

    /// <summary>Another one after each boot.</summary>
    public string? BootId { get; init; }

    /// <summary>Whether it asked for an update.</summary>
    public required bool Check { get; init; }

    public required bool Ping { get; init; }

    /// <summary>At least one; a check whose events say nothing is a <see cref="OmahaEvent.Check"/>.</summary>
    public required IReadOnlyList<OmahaEvent> Events { get; init; }

    /// <summary>Number of <c>event</c> elements, those that say nothing included.</summary>
    internal int EventElements { get; init; }

    /// <summary><see langword="null"/>: no check, or nothing was decided.</summary>
    public OmahaAnswer? Answer { get; init; }

    /// <summary>The version that it was offered.</summary>
    public string? Offered { get; init; }
}
