using Kola.Machines.Files;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images.Releases;

/// <summary>Checks that a release's folder holds what its manifest says.</summary>
internal static class ReleaseCheck
{
    /// <summary>Compares every file's size and digest.</summary>
    /// <param name="again">Whether to hash files whose digest is remembered.</param>
    /// <exception cref="HostException">A file is missing or differs.</exception>
    public static async Task FilesAsync(string folder, ReleaseManifest manifest, DigestMemory digests, bool again, CancellationToken cancellation)
    {
        await FileAsync(folder, manifest.Disk.File, size: null, manifest.Disk.Sha256, digests, again, cancellation);
        foreach (var artifact in manifest.Artifacts)
            await FileAsync(folder, artifact.File, artifact.Size, artifact.Sha256, digests, again, cancellation);
    }

    /// <summary>Compares <c>SHA256SUMS</c>, which machines update by, with the manifest, which Kola goes by.</summary>
    /// <exception cref="HostException">They differ, or the sums or their signature are missing.</exception>
    public static async Task ChecksumsAsync(string folder, ReleaseManifest manifest, CancellationToken cancellation)
    {
        // Nothing is updated from such a release: there is nothing to sum or sign.
        if (manifest.Artifacts.Count == 0)
            return;
        var path = Path.Combine(folder, "SHA256SUMS");
        // A bundle carries its signature in itself.
        var signed = manifest.Artifacts.Any(artifact => artifact.Kind != "bundle");
        if (!File.Exists(path) || (signed && !File.Exists(path + ".gpg")))
            throw new HostException($"{path} or its signature {path}.gpg is missing; correct the recipe, or build the release again");
        var sums = await File.ReadAllTextAsync(path, cancellation);
        if (manifest.Artifacts.FirstOrDefault(artifact => !artifact.Sha256.Equals(ChecksumFile.Find(sums, artifact.File)?.Hex, StringComparison.OrdinalIgnoreCase)) is { } other)
            throw new HostException($"{path} and {ReleaseManifest.FileName} say different things of {other.File}; correct the recipe");
    }

    /// <summary>Takes note of digests that were just compared, at the place where the files are now.</summary>
    public static async Task RememberAsync(string folder, ReleaseManifest manifest, DigestMemory digests, CancellationToken cancellation)
    {
        await digests.RememberAsync(Path.Combine(folder, manifest.Disk.File), manifest.Disk.Sha256.ToLowerInvariant(), cancellation);
        foreach (var artifact in manifest.Artifacts)
            await digests.RememberAsync(Path.Combine(folder, artifact.File), artifact.Sha256.ToLowerInvariant(), cancellation);
    }

    private static async Task FileAsync(string folder, string name, long? size, string sha256, DigestMemory digests, bool again, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new HostException($"{path} is missing, but {ReleaseManifest.FileName} names it; build the release again with --force");
        if (size is { } expected && file.Length != expected)
            throw new HostException($"{path} has {file.Length} bytes; {ReleaseManifest.FileName} says {expected}; build the release again with --force");
        var actual = await digests.Sha256Async(path, again, cancellation);
        if (!actual.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new HostException(
                $"{path} is not the file that was built: its sha256 is {actual}, {ReleaseManifest.FileName} says {sha256}; build the release again with --force");
        }
    }
}
