using System.Security.Cryptography;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Hashes the image that operations write, as long as they write it from start to end.</summary>
internal sealed class ImageAssembly(string name, ImageInfo? info, uint blockBytes) : IDisposable
{
    /// <summary>What a manifest may claim without making the reader hash zeros for hours.</summary>
    private const ulong MostBytes = 1UL << 38;

    private static readonly byte[] Zeros = new byte[64 * 1024];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? notChecked = info is { Size: > MostBytes } ? $"is said to have {info.Size} bytes" : null;
    private ulong written;
    private ulong end;

    /// <summary>An operation begins.</summary>
    /// <returns>Bytes of the blocks that it writes to.</returns>
    public ulong Begin(Operation operation)
    {
        ulong room = 0;
        var at = end;
        foreach (var extent in operation.DstExtents)
        {
            if (extent.NumBlocks > MostBytes / blockBytes || extent.StartBlock > MostBytes / blockBytes)
                notChecked ??= "has blocks beyond 256 GiB";
            else if (extent.StartBlock * blockBytes != at)
                notChecked ??= "is not written from start to end";
            room = unchecked(room + (extent.NumBlocks * blockBytes));
            at = unchecked(at + (extent.NumBlocks * blockBytes));
        }

        if (!OperationType.IsPlain(operation.Type))
            notChecked ??= $"is written by {OperationType.NameOf(operation.Type)}";
        end = at;
        return room;
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        if (notChecked is not null)
            return;
        // What is beyond the image's size, in its last block, is not the image's.
        var left = info is null ? 0 : info.Size - Math.Min(written, info.Size);
        hash.AppendData(data[..(int)Math.Min((ulong)data.Length, left)]);
        written += (ulong)data.Length;
    }

    /// <summary>The operation's data has been appended; the rest of its blocks is zeros.</summary>
    public void End(CancellationToken cancellation)
    {
        while (notChecked is null && written < end)
        {
            cancellation.ThrowIfCancellationRequested();
            Append(Zeros.AsSpan(0, (int)Math.Min((ulong)Zeros.Length, end - written)));
        }
    }

    /// <summary>All operations have ended.</summary>
    /// <returns>Whether the image is the one that the manifest describes.</returns>
    public bool Judge(PayloadFindings findings)
    {
        if (info is not { HasSize: true, Hash.Length: SHA256.HashSizeInBytes })
            findings.Add(PayloadProblemKind.NoImageInfo, $"{name}: the manifest does not say its size and SHA-256");
        else if (notChecked is not null)
            findings.NotChecked($"{name}: its SHA-256, because it {notChecked}");
        else if (info.Size > written || written - info.Size >= blockBytes)
            findings.Add(PayloadProblemKind.ImageSize, $"{name}: the manifest says {info.Size} bytes, the operations write blocks of {written} bytes in all");
        else if (hash.GetHashAndReset() is var digest && !digest.AsSpan().SequenceEqual(info.Hash.Span))
            findings.Add(PayloadProblemKind.ImageHash, $"{name}: the operations write an image of SHA-256 {Convert.ToHexStringLower(digest)}, the manifest says {Convert.ToHexStringLower(info.Hash.Span)}");
        else
            return true;
        return false;
    }

    public void Dispose() => hash.Dispose();
}
