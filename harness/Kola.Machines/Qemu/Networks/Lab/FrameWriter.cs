using System.Buffers.Binary;
using System.Threading.Channels;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Sends frames as QEMU's stream network reads them, as many at once as there are.</summary>
/// <param name="sent">Told each frame before it goes.</param>
internal sealed class FrameWriter(Stream stream, Action<byte[]> sent)
{
    private readonly byte[] buffer = new byte[FrameReader.MostBytes + FrameReader.PrefixBytes];

    /// <summary>Returns when the channel is completed and empty.</summary>
    /// <exception cref="IOException">The connection is torn down.</exception>
    public async Task PumpAsync(ChannelReader<byte[]> frames, CancellationToken cancellation)
    {
        while (await frames.WaitToReadAsync(cancellation))
        {
            var filled = 0;
            while (frames.TryPeek(out var frame) && filled + FrameReader.PrefixBytes + frame.Length <= buffer.Length && frames.TryRead(out _))
            {
                sent(frame);
                BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(filled), frame.Length);
                frame.CopyTo(buffer.AsSpan(filled + FrameReader.PrefixBytes));
                filled += FrameReader.PrefixBytes + frame.Length;
            }

            await stream.WriteAsync(buffer.AsMemory(0, filled), cancellation);
        }
    }
}
