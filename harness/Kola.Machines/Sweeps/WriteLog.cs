using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Kola.Machines.Sweeps;

/// <summary>
/// A log of all writes to a disk, in their order, as QEMU's block driver <c>blklogwrites</c> makes it (qemu-block-drivers(7); the format of Linux' dm-log-writes): a sector with the
/// super block, then for each entry a sector that describes it and its data. Only the description of entries is kept in memory.
/// </summary>
public sealed class WriteLog : IDisposable
{
    private const ulong Magic = 0x6a736677736872;
    private const int HeaderBytes = 32, MinSector = 512, MaxSector = 4096;
    private const LogFlags Known = LogFlags.Flush | LogFlags.ForcedUnitAccess | LogFlags.Discard;

    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly long length;
    private readonly long diskBytes;
    private readonly List<LoggedWrite> entries = [];

    private WriteLog(string path, long diskBytes)
    {
        this.path = path;
        this.diskBytes = diskBytes;
        file = File.OpenHandle(path);
        length = RandomAccess.GetLength(file);
    }

    /// <summary>In their order.</summary>
    public IReadOnlyList<LoggedWrite> Entries => entries;

    /// <summary>Bytes of a sector: the smallest that a write can be.</summary>
    public int SectorBytes { get; private set; }

    /// <summary>Entries at the end that the super block does not count: QEMU was killed before it wrote their number.</summary>
    public int Uncounted { get; private set; }

    /// <summary>The length of the log, in bytes.</summary>
    public long Bytes => length;

    /// <param name="diskBytes">The size of the disk that was written to.</param>
    /// <exception cref="InputException">It is no such log, or is damaged: where, and by what.</exception>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static WriteLog Open(string path, long diskBytes)
    {
        WriteLog? log = null;
        try
        {
            log = new(path, diskBytes);
            log.ReadEntries(log.ReadSuperBlock());
            return log;
        }
        catch (Exception e)
        {
            log?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new HostException($"the write log {path} cannot be read: {e.Message}; record the update again", e);
            throw;
        }
    }

    /// <summary>Data of the log, such as an entry's.</summary>
    /// <param name="at">Bytes from the log's start.</param>
    public void Read(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(file, into, at);
            if (read == 0)
                throw new HostException($"the write log {path} ended at {length} bytes while it was read; keep its file as it is until the sweep has ended");
            into = into[read..];
            at += read;
        }
    }

    public void Dispose() => file.Dispose();

    private long ReadSuperBlock()
    {
        if (length < MinSector)
            throw Damaged($"it has {length} bytes, a log begins with a sector of {MinSector}");
        Span<byte> head = stackalloc byte[HeaderBytes];
        Read(0, head);
        var (magic, version) = (Word(head, 0), Word(head, 1));
        if (magic != Magic)
            throw Damaged($"it begins with {magic:x}, expected {Magic:x}");
        if (version != 1)
            throw Damaged($"its version is {version}, expected 1");
        SectorBytes = BinaryPrimitives.ReadInt32LittleEndian(head[24..]);
        if (SectorBytes is < MinSector or > MaxSector || (SectorBytes & (SectorBytes - 1)) != 0)
            throw Damaged($"its sectors have {SectorBytes} bytes, expected 512, 1024, 2048 or 4096");
        var counted = Word(head, 2);
        return counted <= (ulong)(length / SectorBytes)
            ? (long)counted
            : throw Damaged($"its super block counts {counted} entries, its {length} bytes have room for {length / SectorBytes} at most");
    }

    /// <summary>Those that are counted must be whole. Those beyond, which QEMU was killed over, are taken as far as they are.</summary>
    private void ReadEntries(long counted)
    {
        long at = SectorBytes;
        for (var number = 0; ; number++)
        {
            var isCounted = number < counted;
            if (ReadEntry(number, at, isCounted) is not { } entry)
                return;
            entries.Add(entry);
            Uncounted += isCounted ? 0 : 1;
            at = entry.At + (entry.IsDiscard ? 0 : entry.Length);
        }
    }

    /// <returns><see langword="null"/>: the log ends here.</returns>
    private LoggedWrite? ReadEntry(int number, long at, bool counted)
    {
        if (length - at < SectorBytes)
            return counted ? throw Damaged($"it is cut off before entry {number}, at {at} bytes") : null;
        Span<byte> head = stackalloc byte[HeaderBytes];
        Read(at, head);
        var (sector, sectors, flags) = (Word(head, 0), Word(head, 1), Word(head, 2));
        var room = (ulong)(diskBytes / SectorBytes);
        var wrong = (flags & ~(ulong)Known) != 0 ? $"has flags 0x{flags:x}, expected a sum of 1, 2 and 4"
            : sectors > room || sector > room - sectors ? $"writes sectors {sector} to {sector} + {sectors}, the disk has {room}"
            : sectors == 0 && flags == 0 ? "writes nothing and flushes nothing"
            : null;
        if (wrong is not null)
            return counted ? throw Damaged($"entry {number}, at {at} bytes, {wrong}") : null;
        var entry = new LoggedWrite(number, (LogFlags)flags, (long)sector * SectorBytes, (long)sectors * SectorBytes, at + SectorBytes);
        if (entry.IsDiscard || length - entry.At >= entry.Length)
            return entry;
        return counted ? throw Damaged($"it is cut off in entry {number}, whose data ends at {entry.At + entry.Length} of {length} bytes") : null;
    }

    private InputException Damaged(string what) => new($"{path} is not a whole write log of QEMU's blklogwrites: {what}; record the update again");

    private static ulong Word(ReadOnlySpan<byte> head, int index) => BinaryPrimitives.ReadUInt64LittleEndian(head[(index * 8)..]);
}
