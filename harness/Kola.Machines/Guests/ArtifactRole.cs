using System.ComponentModel;
using Kola.Machines.Images.Releases;

namespace Kola.Machines.Guests;

/// <summary>What a served file is for, so that a scenario need not know how a family names its files.</summary>
public enum ArtifactRole
{
    [Description("The system itself, the largest file.")]
    Payload,

    [Description("The hashes that verify the system while it runs.")]
    Hashes,

    [Description("The list of a release's files with their digests.")]
    Manifest,

    [Description("The signature of the manifest, where it is a file of its own.")]
    Signature,

    [Description("What the boot loader starts, where it is a file of its own.")]
    BootEntry,
}

/// <summary>How a family calls such a file.</summary>
/// <param name="Pattern">Of the names of served files: <c>*</c> stands for any characters, <c>?</c> for one.</param>
/// <param name="Kind">The kind that the artifact has in <c>release.json</c>; <see langword="null"/> for manifests and signatures.</param>
/// <param name="Streamed">Whether a machine reads it in pieces while it installs it: how many requests it makes then says nothing.</param>
/// <param name="Within">Whether the file holds it among other things, as a bundle holds its own signature: it cannot be missing, or be exchanged, alone.</param>
public sealed record ArtifactName(string Pattern, string? Kind = null, bool Streamed = false, bool Within = false);

/// <summary>The files that have a role.</summary>
public static class ArtifactRoles
{
    /// <summary>The pattern of served names that a role has in one release: the release's own file where it has exactly one of the kind, else the family's pattern.</summary>
    /// <returns><see langword="null"/> where the family has no such file: the signature of a RAUC bundle is in the bundle.</returns>
    public static string? Served(this IUpdatingGuest guest, ArtifactRole role, ReleaseManifest? release) =>
        guest.Artifacts.GetValueOrDefault(role) is { Within: false } name ? Pattern(name, release) : null;

    /// <summary>The same of the file that holds it, among other things perhaps.</summary>
    /// <returns><see langword="null"/> where no file does.</returns>
    public static string? Holding(this IUpdatingGuest guest, ArtifactRole role, ReleaseManifest? release) =>
        guest.Artifacts.GetValueOrDefault(role) is { } name ? Pattern(name, release) : null;

    private static string Pattern(ArtifactName name, ReleaseManifest? release) =>
        name.Kind is { } kind && release?.Artifacts.Where(artifact => artifact.Kind == kind).Take(2).ToList() is [var only] ? only.File
        : name.Pattern;
}
