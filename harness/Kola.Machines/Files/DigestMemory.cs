using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Files;

/// <summary>A digest that was computed once, and the state of the file it holds for.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Identity">Device, inode, size, and the times of the last change of content and of inode, as <c>stat</c> prints them.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record RememberedDigest(string Path, string Identity, string Sha256);

/// <summary>
/// Remembers the SHA-256 of files, so that 650 MB are not hashed at each run. A digest is taken from memory only while device, inode, size,
/// mtime and ctime are the same: an ordinary program cannot change a file's bytes and keep its ctime.
/// </summary>
/// <param name="folder">One small file per remembered file; it may be deleted at any time.</param>
internal sealed class DigestMemory(string folder)
{
    /// <summary>The SHA-256 of <paramref name="path"/>, lower-case hex.</summary>
    /// <param name="again">Whether to hash it even when it is remembered.</param>
    public async Task<string> Sha256Async(string path, bool again, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        var before = await IdentityAsync(path, cancellation);
        if (!again && Recall(path) is { } remembered && remembered.Identity == before)
            return remembered.Sha256;
        var sha256 = await FileDigest.Sha256OfAsync(path, cancellation);
        // A file that changed while it was read has no digest worth remembering.
        if (await IdentityAsync(path, cancellation) == before)
            Remember(new(path, before, sha256));
        return sha256;
    }

    /// <summary>Takes note of a digest that was computed while the file was written.</summary>
    public async Task RememberAsync(string path, string sha256, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        Remember(new(path, await IdentityAsync(path, cancellation), sha256));
    }

    private static async Task<string> IdentityAsync(string path, CancellationToken cancellation)
    {
        // .NET tells neither the inode nor the ctime.
        var stat = await Cli.Wrap("stat").WithArguments(["--dereference", "--format=%d:%i:%s:%.9Y:%.9Z", "--", path])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        return stat.IsSuccess ? stat.StandardOutput.Trim() : throw new HostException($"{path} cannot be read: {stat.StandardError.Trim()}");
    }

    private string FileOf(string path) => Path.Combine(folder, FileDigest.Sha256OfText(path)[..32] + ".json");

    private RememberedDigest? Recall(string path)
    {
        try
        {
            var remembered = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(path)), FilesJson.Default.RememberedDigest);
            return remembered?.Path == path ? remembered : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Remember(RememberedDigest digest)
    {
        try
        {
            AtomicFile.Write(FileOf(digest.Path), JsonSerializer.SerializeToUtf8Bytes(digest, FilesJson.Default.RememberedDigest));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Memory that cannot be written costs time, not correctness.
        }
    }
}
