using System.Buffers.Binary;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Reads frames as QEMU's stream network sends them: four bytes of length, most significant first, then the frame.</summary>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>QEMU's own bound (NET_BUFSIZE).</summary>
    public const int MostBytes = 4096 + 65536;

    public const int PrefixBytes = 4;

    private readonly byte[] buffer = new byte[2 * (MostBytes + PrefixBytes)];
    private int start;
    private int end;

    /// <returns><see langword="null"/> at the end; a frame that a dying QEMU has sent in part is none.</returns>
    /// <exception cref="InvalidDataException">What comes is no such stream.</exception>
    /// <exception cref="IOException">The connection is torn down.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        if (!await FillAsync(PrefixBytes, cancellation))
            return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start));
        if (length > MostBytes)
            throw new InvalidDataException($"a frame of {length} bytes is announced; expected at most {MostBytes}");
        if (!await FillAsync(PrefixBytes + (int)length, cancellation))
            return null;
        var frame = buffer.AsSpan(start + PrefixBytes, (int)length).ToArray();
        start += PrefixBytes + (int)length;
        return frame;
    }

    /// <summary>Whether so many bytes are there.</summary>
    private async ValueTask<bool> FillAsync(int bytes, CancellationToken cancellation)
    {
        if (start + bytes > buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        while (end - start < bytes)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
                return false;
            end += read;
        }

        return true;
    }
}
