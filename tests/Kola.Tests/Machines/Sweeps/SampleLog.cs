using System.Buffers.Binary;
using Kola.Machines.Sweeps;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>A write log as QEMU writes it, made entry by entry.</summary>
internal sealed class SampleLog
{
    public const int Sector = 512;

    private readonly List<byte> entries = [];

    public int Count { get; private set; }

    public SampleLog Write(long sector, byte[] data, LogFlags flags = LogFlags.None)
    {
        Head(sector, data.Length / Sector, flags);
        entries.AddRange(data);
        return this;
    }

    public SampleLog Fill(long sector, int sectors, byte value) => Write(sector, [.. Enumerable.Repeat(value, sectors * Sector)]);

    public SampleLog Flush()
    {
        Head(0, 0, LogFlags.Flush);
        return this;
    }

    public SampleLog Discard(long sector, long sectors)
    {
        Head(sector, sectors, LogFlags.Discard);
        return this;
    }

    /// <param name="counted">Entries that the super block counts; all when left out.</param>
    public byte[] ToBytes(int? counted = null)
    {
        var super = new byte[Sector];
        BinaryPrimitives.WriteUInt64LittleEndian(super, 0x6a736677736872);
        BinaryPrimitives.WriteUInt64LittleEndian(super.AsSpan(8), 1);
        BinaryPrimitives.WriteInt64LittleEndian(super.AsSpan(16), counted ?? Count);
        BinaryPrimitives.WriteInt32LittleEndian(super.AsSpan(24), Sector);
        return [.. super, .. entries];
    }

    public WriteLog Open(TemporaryFolder folder, long diskBytes) => WriteLog.Open(folder.Write("writes.log", ToBytes()), diskBytes);

    private void Head(long sector, long sectors, LogFlags flags)
    {
        Count++;
        var head = new byte[Sector];
        BinaryPrimitives.WriteInt64LittleEndian(head, sector);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), sectors);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), (long)flags);
        entries.AddRange(head);
    }
}
