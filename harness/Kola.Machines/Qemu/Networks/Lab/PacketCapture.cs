using System.Buffers.Binary;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Writes frames to a file that Wireshark and tcpdump open: classic pcap, with nanoseconds. The file is whole after each frame. Safe for use by several tasks.</summary>
internal sealed class PacketCapture : IDisposable
{
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const int HeaderBytes = 24;
    private const int RecordBytes = 16;
    private const uint Ethernet = 1;

    /// <summary>What Wireshark takes at most.</summary>
    private const uint SnapshotBytes = 262144;

    private readonly Lock gate = new();
    private readonly FileStream file;
    private readonly TimeProvider time;
    private readonly long mostBytes;
    private byte[] record = new byte[2048];

    /// <param name="mostBytes">Nothing more is written once a frame would make the file larger.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public PacketCapture(string path, long mostBytes, TimeProvider time)
    {
        (this.mostBytes, this.time) = (mostBytes, time);
        // Unbuffered: a Kola that is killed leaves all that was seen.
        file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), SnapshotBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), Ethernet);
        file.Write(header);
    }

    /// <summary>Whether it is in the file: not when that has become as large as it may.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Write(ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            var bytes = RecordBytes + frame.Length;
            if (file.Length + bytes > mostBytes)
                return false;
            if (record.Length < bytes)
                record = new byte[bytes];
            var sinceEpoch = time.GetUtcNow() - DateTimeOffset.UnixEpoch;
            var seconds = sinceEpoch.Ticks / TimeSpan.TicksPerSecond;
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(sinceEpoch.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), frame.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), frame.Length);
            frame.CopyTo(record.AsSpan(RecordBytes));
            file.Write(record, 0, bytes);
            return true;
        }
    }

    public void Dispose()
    {
        lock (gate)
            file.Dispose();
    }
}
