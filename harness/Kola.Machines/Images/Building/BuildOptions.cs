namespace Kola.Machines.Images.Building;

/// <summary>How releases are built.</summary>
public sealed record BuildOptions
{
    /// <summary>Build also what is already there.</summary>
    public bool Force { get; init; }

    /// <summary>Folders laid over the file system of these releases (each holds <c>usr/</c>); <c>$KOLA_RELEASE_TREE</c>, split at colons, unless set.</summary>
    public IReadOnlyList<string> Trees { get; init; } =
        Environment.GetEnvironmentVariable("KOLA_RELEASE_TREE")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Names of signers whose keys these releases bring besides the checkout's own; each has a key pair, which is made when it is first named.</summary>
    public IReadOnlyList<string> Trust { get; init; } = [];

    /// <summary>Name of the signer that signs these releases; <see langword="null"/>: the checkout's own key.</summary>
    public string? Signer { get; init; }

    /// <summary>How long a build that is asked to stop may take before it is killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>A whole release after a build.</summary>
/// <param name="Kept">Whether it was there already and nothing had to be built.</param>
/// <param name="Duration">Of building and checking it.</param>
public sealed record BuiltRelease(Releases.ReleaseManifest Manifest, string Folder, bool Kept, TimeSpan Duration);
