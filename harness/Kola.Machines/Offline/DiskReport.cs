namespace Kola.Machines.Offline;

/// <summary>What a boot disk holds, read while its machine is off.</summary>
/// <param name="Marks">One for each partition.</param>
/// <param name="Installation"><see langword="null"/>: the guest adapter does not support offline access.</param>
public sealed record DiskReport(PartitionTable Table, IReadOnlyList<FileSystemMark> Marks, Installation? Installation)
{
    /// <summary>What was not left in good order.</summary>
    public IReadOnlyList<string> Dirt => [.. Table.Warnings, .. Marks.Where(mark => mark.Dirt is not null).Select(mark => mark.ToString())];

    /// <summary>Reads all of it.</summary>
    /// <param name="layout">The layout of the OS on its disk; <see langword="null"/>: not known.</param>
    /// <exception cref="GuestException">The disk is not readable as what it should be.</exception>
    /// <exception cref="HostException">A program is missing, or there is no room.</exception>
    public static async Task<DiskReport> ReadAsync(OfflineDisk disk, IOfflineLayout? layout, CancellationToken cancellation)
    {
        var table = await PartitionTableReader.ReadAsync(disk, cancellation);
        var marks = new List<FileSystemMark>();
        foreach (var partition in table.Partitions.Where(p => p.Length >= FileSystemMark.HeadLength))
            marks.Add(FileSystemMark.Of(partition.Number, await disk.ReadAsync(partition.Offset, FileSystemMark.HeadLength, cancellation)));
        return new(table, marks, layout is null ? null : await layout.ReadAsync(disk, table, cancellation));
    }
}
