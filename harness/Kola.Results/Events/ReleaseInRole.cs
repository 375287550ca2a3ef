namespace Kola.Results.Events;

/// <summary>A release and the role that it plays in a verdict.</summary>
public sealed record ReleaseInRole
{
    /// <summary><c>previous</c> (in the field), <c>candidate</c> (to be judged), <c>next</c> (what the candidate must be able to update to) or <c>oldest</c> (further releases in the field).</summary>
    public required string Role { get; init; }

    /// <summary>The image's name, such as <c>kola-os</c>.</summary>
    public required string Image { get; init; }

    public required string Version { get; init; }

    /// <summary>Digest of the disk image, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the image declares that its OS can do.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>What scenarios may need besides and its family does not have, in words: <c>the signature as a file of its own</c>.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    public override string ToString() => $"{Role} ({Image} {Version})";
}

/// <summary>A release that whoever runs Kola named for a role.</summary>
/// <param name="Reference">A release's folder, or <c>NAME:RELEASE</c>.</param>
public sealed record GivenRole(string Role, string Reference);

/// <summary>The words for roles, as scenarios write them.</summary>
public static class ReleaseRole
{
    /// <summary>In the field.</summary>
    public const string Previous = "previous";

    /// <summary>To be judged.</summary>
    public const string Candidate = "candidate";

    /// <summary>What the candidate must be able to update to.</summary>
    public const string Next = "next";

    /// <summary>Further releases that are in the field.</summary>
    public const string Oldest = "oldest";

    /// <summary>Every role, in the order of age where one is known.</summary>
    public static IReadOnlyList<string> All { get; } = [Oldest, Previous, Candidate, Next];
}
