using System.Security.Cryptography;
using Kola.Machines.Files;

namespace Kola.Machines.Images.Downloads;

/// <summary>A file that is hashed as it is written and keeps no blocks for zeros: a decompressed disk is mostly empty.</summary>
internal sealed class SparseHashingFile(string path) : IAsyncDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
    private readonly byte[] block = new byte[64 << 10];

    /// <summary>Appends all of <paramref name="source"/>.</summary>
    /// <exception cref="HostException">The file cannot be written.</exception>
    public async Task FillAsync(Stream source, Action progress, CancellationToken cancellation)
    {
        int got;
        while ((got = await source.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellation)) > 0)
        {
            hash.AppendData(block, 0, got);
            if (block.AsSpan(0, got).ContainsAnyExcept((byte)0))
                await WriteAsync(block.AsMemory(0, got), cancellation);
            else
                file.Seek(got, SeekOrigin.Current);
            progress();
        }
    }

    /// <summary>Brings the file to the disk, and returns its SHA-256 in lower-case hex.</summary>
    public string Complete()
    {
        try
        {
            file.SetLength(file.Position);
            file.Flush(flushToDisk: true);
        }
        catch (IOException failure)
        {
            throw StorageFailure.Of(failure, path);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public ValueTask DisposeAsync()
    {
        hash.Dispose();
        return file.DisposeAsync();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await file.WriteAsync(bytes, cancellation);
        }
        catch (IOException failure)
        {
            throw StorageFailure.Of(failure, path);
        }
    }
}
