using Kola.Machines.Files;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images.Releases;

/// <summary>Checks that a release's folder holds what its manifest says.</summary>
public static class ReleaseCheck
{
    /// <summary>Compares every file's size and digest.</summary>
    /// <param name="again">Whether to hash files whose digest is remembered.</param>
    /// <exception cref="HostException">A file is missing or differs.</exception>
    internal static async Task FilesAsync(string folder, ReleaseManifest manifest, DigestMemory digests, bool again, CancellationToken cancellation)
    {
        await FileAsync(folder, manifest.Disk.File, size: null, manifest.Disk.Sha256, digests, again, cancellation);
        foreach (var artifact in manifest.Artifacts)
            await FileAsync(folder, artifact.File, artifact.Size, artifact.Sha256, digests, again, cancellation);
    }

    /// <summary>All that is wrong with a release's folder, one sentence each: files and digests, the disk image, the manifests that machines update by.</summary>
    /// <exception cref="HostException"><c>release.json</c> is missing or has another shape.</exception>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(string folder, CancellationToken cancellation)
    {
        var release = ReleaseManifest.Read(folder);
        List<string> problems = [];
        await NoteAsync(() => FileAsync(folder, release.Disk.File, size: null, release.Disk.Sha256, cancellation));
        foreach (var artifact in release.Artifacts)
            await NoteAsync(() => FileAsync(folder, artifact.File, artifact.Size, artifact.Sha256, cancellation));
        await NoteAsync(async () =>
        {
            var shape = await DiskProbe.ProbeAsync(Path.Combine(folder, release.Disk.File), cancellation);
            if (shape.VirtualSize != release.Disk.VirtualSize || !shape.Format.ToString().Equals(release.Disk.Format, StringComparison.OrdinalIgnoreCase))
                throw new HostException($"{release.Disk.File} is a {shape.Format.ToString().ToLowerInvariant()} image of {shape.VirtualSize} bytes; {ReleaseManifest.FileName} says {release.Disk.Format} and {release.Disk.VirtualSize}; correct it");
        });
        foreach (var manifest in release.ManifestsIn(folder).Where(name => !File.Exists(Path.Combine(folder, name))))
            problems.Add($"{Path.Combine(folder, manifest)} is missing, but {ReleaseManifest.FileName} names it among its manifests; put it there");
        if (release.ManifestsIn(folder).All(name => File.Exists(Path.Combine(folder, name))))
            await NoteAsync(() => ChecksumsAsync(folder, release, cancellation));
        return problems;

        async Task NoteAsync(Func<Task> check)
        {
            try
            {
                await check();
            }
            catch (HostException problem)
            {
                problems.Add(problem.Message);
            }
        }
    }

    /// <summary>Compares <c>SHA256SUMS</c>, which machines update by, with the manifest, which Kola goes by.</summary>
    /// <exception cref="HostException">They differ, or the sums or their signature are missing.</exception>
    internal static async Task ChecksumsAsync(string folder, ReleaseManifest manifest, CancellationToken cancellation)
    {
        // Nothing is updated from such a release: there is nothing to sum or sign.
        if (manifest.Artifacts.Count == 0)
            return;
        var path = Path.Combine(folder, "SHA256SUMS");
        // A release with manifests of another kind is updated by those; nobody here knows their format.
        if (manifest.Manifests is { } named && !named.Contains("SHA256SUMS") && !manifest.Artifacts.Any(artifact => artifact.Kind is "usr" or "usr-verity"))
            return;
        // A bundle and a payload of update_engine carry their signatures in themselves.
        var signed = manifest.Artifacts.Any(artifact => artifact.Kind is not ("bundle" or "update"));
        if (!File.Exists(path) || (signed && !File.Exists(path + ".gpg")))
            throw new HostException($"{path} or its signature {path}.gpg is missing; correct the recipe, or build the release again");
        var sums = await File.ReadAllTextAsync(path, cancellation);
        if (manifest.Artifacts.FirstOrDefault(artifact => !artifact.Sha256.Equals(ChecksumFile.Find(sums, artifact.File)?.Hex, StringComparison.OrdinalIgnoreCase)) is { } other)
            throw new HostException($"{path} and {ReleaseManifest.FileName} say different things of {other.File}; correct the recipe");
    }

    /// <summary>Takes note of digests that were just compared, at the place where the files are now.</summary>
    internal static async Task RememberAsync(string folder, ReleaseManifest manifest, DigestMemory digests, CancellationToken cancellation)
    {
        await digests.RememberAsync(Path.Combine(folder, manifest.Disk.File), manifest.Disk.Sha256.ToLowerInvariant(), cancellation);
        foreach (var artifact in manifest.Artifacts)
            await digests.RememberAsync(Path.Combine(folder, artifact.File), artifact.Sha256.ToLowerInvariant(), cancellation);
    }

    private static Task FileAsync(string folder, string name, long? size, string sha256, CancellationToken cancellation) =>
        FileAsync(folder, name, size, sha256, path => FileDigest.Sha256OfAsync(path, cancellation));

    private static Task FileAsync(string folder, string name, long? size, string sha256, DigestMemory digests, bool again, CancellationToken cancellation) =>
        FileAsync(folder, name, size, sha256, path => digests.Sha256Async(path, again, cancellation));

    private static async Task FileAsync(string folder, string name, long? size, string sha256, Func<string, Task<string>> digest)
    {
        var path = Path.Combine(folder, name);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new HostException($"{path} is missing, but {ReleaseManifest.FileName} names it; build the release again with --force");
        if (size is { } expected && file.Length != expected)
            throw new HostException($"{path} has {file.Length} bytes; {ReleaseManifest.FileName} says {expected}; build the release again with --force");
        var actual = await digest(path);
        if (!actual.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new HostException(
                $"{path} is not the file that was built: its sha256 is {actual}, {ReleaseManifest.FileName} says {sha256}; build the release again with --force");
        }
    }
}
