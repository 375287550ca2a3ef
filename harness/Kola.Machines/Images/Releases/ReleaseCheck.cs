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
