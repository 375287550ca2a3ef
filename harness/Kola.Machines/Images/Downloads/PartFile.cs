using System.Security.Cryptography;
using System.Text.Json;
using Kola.Machines.Files;

namespace Kola.Machines.Images.Downloads;

/// <summary>
/// A download in progress: <c>KEY.part</c>, and <c>KEY.part.json</c> that says of what. Its digest runs along with the bytes.
/// Both survive the process, so that the next one goes on. The caller holds the lock of KEY.
/// </summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly FileDigest expected;
    private IncrementalHash hash;

    private PartFile(FileStream file, FileDigest expected)
    {
        this.file = file;
        this.expected = expected;
        hash = expected.CreateHash();
    }

    public string Path => file.Name;

    public long Length => file.Length;

    /// <summary>What the bytes belong to; <see langword="null"/> for nothing yet.</summary>
    public PartialDownload? Origin { get; private set; }

    private string OriginPath => Path + ".json";

    /// <summary>Opens what an earlier process left of the same address, or an empty file.</summary>
    public static async Task<PartFile> OpenAsync(string path, Uri address, FileDigest expected, CancellationToken cancellation)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var part = new PartFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1, FileOptions.Asynchronous), expected);
        try
        {
            if (part.ReadOrigin() is { } origin && origin.Url == address.AbsoluteUri)
                await part.ContinueAsync(origin, cancellation);
            else
                part.Restart(null);
            return part;
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    /// <summary>Throws away what is there and begins a file of <paramref name="origin"/>.</summary>
    public void Restart(PartialDownload? origin)
    {
        Origin = origin;
        hash.Dispose();
        hash = expected.CreateHash();
        try
        {
            // First the old note goes, then the bytes: bytes never stand under another file's note.
            File.Delete(OriginPath);
            file.SetLength(0);
            if (origin is not null)
                AtomicFile.Write(OriginPath, JsonSerializer.SerializeToUtf8Bytes(origin, ImagesJson.Default.PartialDownload));
        }
        catch (IOException failure)
        {
            throw StorageFailure.Of(failure, Path);
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await file.WriteAsync(bytes, cancellation);
        }
        catch (IOException failure)
        {
            throw StorageFailure.Of(failure, Path);
        }
        hash.AppendData(bytes.Span);
    }

    /// <summary>The digest of all bytes so far.</summary>
    public FileDigest Digest() => expected with { Hex = Convert.ToHexStringLower(hash.GetCurrentHash()) };

    public void FlushToDisk() => file.Flush(flushToDisk: true);

    /// <summary>Removes a download of this path that is of no more use.</summary>
    public static void Delete(string path)
    {
        File.Delete(path + ".json");
        File.Delete(path);
    }

    public ValueTask DisposeAsync()
    {
        hash.Dispose();
        return file.DisposeAsync();
    }

    private async Task ContinueAsync(PartialDownload origin, CancellationToken cancellation)
    {
        Origin = origin;
        var buffer = new byte[1 << 20];
        int got;
        while ((got = await file.ReadAsync(buffer, cancellation)) > 0)
            hash.AppendData(buffer.AsSpan(0, got));
    }

    private PartialDownload? ReadOrigin()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(OriginPath), ImagesJson.Default.PartialDownload);
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            return null;
        }
    }
}
