using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>How an image is cut into operations, with all hashes: what the manifest needs before the first byte of the image is written.</summary>
internal sealed class ImagePlan
{
    public const uint BlockBytes = 4096;

    /// <summary>Of an image in one operation; a client keeps one operation's data in memory.</summary>
    private const int OperationBytes = 1024 * 1024;

    private const uint Replace = 0;

    private ImagePlan(string path, long size, byte[] sha256, IReadOnlyList<Operation> operations) => (Path, Size, Sha256, Operations) = (path, size, sha256, operations);

    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    public byte[] Sha256 { get; }

    public IReadOnlyList<Operation> Operations { get; }

    public ImageInfo Info => new() { Size = (ulong)Size, Hash = ByteString.CopyFrom(Sha256) };

    /// <param name="dataOffset">Where its data begins, from the payload's first blob.</param>
    /// <exception cref="IOException">The image cannot be read, or is empty.</exception>
    public static async Task<ImagePlan> ReadAsync(string path, long dataOffset, CancellationToken cancellation)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var operations = new List<Operation>();
        long size = 0;
        await foreach (var piece in PiecesAsync(path, cancellation))
        {
            whole.AppendData(piece.Span);
            operations.Add(new()
            {
                Type = Replace,
                DataOffset = (ulong)(dataOffset + size),
                DataLength = (ulong)piece.Length,
                DataSha256Hash = ByteString.CopyFrom(SHA256.HashData(piece.Span)),
                // The last block is filled up with zeros by the client.
                DstExtents = { new Extent { StartBlock = (ulong)size / BlockBytes, NumBlocks = ((ulong)piece.Length + BlockBytes - 1) / BlockBytes } },
            });
            size += piece.Length;
        }

        return size > 0 ? new(path, size, whole.GetHashAndReset(), operations) : throw new IOException($"{path} is empty; expected an image");
    }

    /// <summary>The image's data again, checked against what was planned.</summary>
    /// <exception cref="IOException">The image has changed meanwhile.</exception>
    public async IAsyncEnumerable<Memory<byte>> DataAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var at = 0;
        await foreach (var piece in PiecesAsync(Path, cancellation))
        {
            if (at == Operations.Count || !SHA256.HashData(piece.Span).AsSpan().SequenceEqual(Operations[at].DataSha256Hash.Span))
                throw Changed();
            at++;
            yield return piece;
        }

        if (at < Operations.Count)
            throw Changed();
    }

    /// <summary>One after the other in the same buffer.</summary>
    private static async IAsyncEnumerable<Memory<byte>> PiecesAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous, BufferSize = 0 });
        var buffer = new byte[OperationBytes];
        while (await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation) is > 0 and var read)
            yield return buffer.AsMemory(0, read);
    }

    private IOException Changed() => new($"{Path} changed while it was read; make the payload again when nothing writes to it");
}
