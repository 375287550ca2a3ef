using System.Buffers.Binary;
using System.Text;
using Kola.Machines.Offline;

namespace Kola.Machines.Sweeps;

/// <summary>A GUID partition table with its backup (UEFI specification, 5.3), read in this process.</summary>
/// <param name="Primary">The table at the start of the disk; <see langword="null"/>: it is not valid, <paramref name="PrimaryFault"/> says why.</param>
/// <param name="Backup">The table at its end; likewise.</param>
public sealed record GuidTable(PartitionTable? Primary, string? PrimaryFault, PartitionTable? Backup, string? BackupFault)
{
    private const int SectorBytes = 512, EntryBytes = 128, MostEntries = 1024, HeaderBytes = 92;

    /// <summary>The table that firmware and kernel use: the primary one, or its backup where that is not valid; <see langword="null"/>: there is none.</summary>
    public PartitionTable? Used => Primary ?? Backup;

    /// <summary>What is not as it should be, for people; empty when both are valid and say the same.</summary>
    public IReadOnlyList<string> Faults =>
        [.. PrimaryFault is null ? [] : new[] { $"primary partition table: {PrimaryFault}" }, .. BackupFault is null ? [] : new[] { $"backup partition table: {BackupFault}" },
         .. Primary is not null && Backup is not null && !Primary.Partitions.SequenceEqual(Backup.Partitions) ? new[] { "the backup partition table differs from the primary one" } : []];

    /// <summary>Reads both. The disk has sectors of 512 bytes.</summary>
    public static GuidTable Read(IDiskView disk)
    {
        var last = (disk.Length / SectorBytes) - 1;
        var (primary, primaryFault, elsewhere) = ReadOne(disk, 1);
        // The backup is where the primary table says, or at the end where that cannot be asked.
        var (backup, backupFault, _) = ReadOne(disk, elsewhere is > 1 && elsewhere <= last ? elsewhere.Value : last);
        return new(primary, primaryFault, backup, backupFault);
    }

    private static (PartitionTable? Table, string? Fault, long? Other) ReadOne(IDiskView disk, long at)
    {
        var header = new byte[SectorBytes];
        disk.Read(at * SectorBytes, header);
        if (!header.AsSpan().StartsWith("EFI PART"u8))
            return (null, "it has no signature", null);
        var size = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (size is < HeaderBytes or > SectorBytes)
            return (null, $"its header has {size} bytes", null);
        var told = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
        header.AsSpan(16, 4).Clear();
        if (Crc32.Of(header.AsSpan(0, size)) != told)
            return (null, "its header's checksum is wrong", null);
        if (BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24)) != at)
            return (null, "it says that it is elsewhere", null);
        var (first, count, each) = (BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(72)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(80)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(84)));
        if (each != EntryBytes || count is < 1 or > MostEntries || first < 1 || first > (disk.Length - (count * EntryBytes)) / SectorBytes)
            return (null, $"it has {count} entries of {each} bytes at sector {first}", null);
        var entries = new byte[count * EntryBytes];
        disk.Read(first * SectorBytes, entries);
        return Crc32.Of(entries) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(88))
            ? (new(Partitions(entries), []), null, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32)))
            : (null, "its entries' checksum is wrong", null);
    }

    private static List<Partition> Partitions(byte[] entries)
    {
        var found = new List<Partition>();
        for (var index = 0; index < entries.Length / EntryBytes; index++)
        {
            var entry = entries.AsSpan(index * EntryBytes, EntryBytes);
            var type = new Guid(entry[..16]);
            if (type == Guid.Empty)
                continue;
            var (first, last) = (BinaryPrimitives.ReadInt64LittleEndian(entry[32..]), BinaryPrimitives.ReadInt64LittleEndian(entry[40..]));
            var label = Encoding.Unicode.GetString(entry[56..]);
            found.Add(new(index + 1, type, new(entry[16..32]), label.IndexOf('\0') is var end and >= 0 ? label[..end] : label, first * SectorBytes, (last - first + 1) * SectorBytes));
        }

        return found;
    }
}
