using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Files;

namespace Kola.Machines.Snapshots;

/// <summary>
/// Whether a snapshot's files are those that were saved. All digests are computed when it is made, and once after each start of the host and
/// after each change of a file. In between, small files are digested again each time; of large ones (memory, disks) device, inode, size, mtime and ctime are
/// compared, which no ordinary program can keep while it changes the bytes.
/// </summary>
internal static class SnapshotCheck
{
    private const string SeenSuffix = ".seen";
    private const long Small = 16 << 20;

    /// <summary>The whole, checked snapshot; <see langword="null"/> when there is none or anything of it is not as it was saved.</summary>
    public static async Task<Snapshot?> OpenAsync(string folder, string key, CancellationToken cancellation)
    {
        try
        {
            if (Read(folder) is not { } manifest || manifest.Key != key)
                return null;
            var before = await IdentityAsync(folder, manifest, cancellation);
            if (before is null)
                return null;
            var seen = File.Exists(folder + SeenSuffix) && await File.ReadAllTextAsync(folder + SeenSuffix, cancellation) == before;
            foreach (var file in manifest.Files)
                if (!(seen && file.Bytes > Small) && !await IsWholeAsync(folder, file, cancellation))
                    return null;
            if (!seen)
                AtomicFile.Write(folder + SeenSuffix, System.Text.Encoding.UTF8.GetBytes(before));
            return new(folder, manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes note that the files were digested just now.</summary>
    public static async Task RememberAsync(string folder, SnapshotManifest manifest, CancellationToken cancellation)
    {
        if (await IdentityAsync(folder, manifest, cancellation) is { } identity)
            AtomicFile.Write(folder + SeenSuffix, System.Text.Encoding.UTF8.GetBytes(identity));
    }

    /// <summary>The manifest, unchecked; <see langword="null"/> when there is none of this format.</summary>
    public static SnapshotManifest? Read(string folder)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, SnapshotManifest.FileName)), SnapshotJson.Default.SnapshotManifest);
            return manifest?.Format == SnapshotManifest.CurrentFormat ? manifest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static void Forget(string folder) => File.Delete(folder + SeenSuffix);

    private static async Task<bool> IsWholeAsync(string folder, SnapshotFile file, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file.Path);
        return new FileInfo(path) is { Exists: true } info && info.Length == file.Bytes && await FileDigest.Sha256OfAsync(path, cancellation) == file.Sha256;
    }

    /// <summary>What stat tells of the files, and the host's boot: after a power cut a file can have its times and not its bytes. <see langword="null"/>: one is missing.</summary>
    private static async Task<string?> IdentityAsync(string folder, SnapshotManifest manifest, CancellationToken cancellation)
    {
        var stat = await Cli.Wrap("stat").WithArguments(["--format=%d:%i:%s:%.9Y:%.9Z", "--", .. manifest.Files.Select(file => Path.Combine(folder, file.Path))])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellation);
        return stat.IsSuccess ? boot + stat.StandardOutput : null;
    }
}
