using System.Globalization;

namespace Kola.Machines.Qemu.Disks;

/// <summary>One disk as QEMU attaches it.</summary>
/// <param name="Id">QEMU's name for it.</param>
/// <param name="Path">A qcow2 file of the machine's own.</param>
/// <param name="Serial">Serial number in the guest.</param>
/// <param name="SectorBytes">Of its sectors; 512 is what QEMU takes by itself.</param>
/// <param name="WriteLog">An empty file that all writes are logged to; <see langword="null"/>: they are not.</param>
internal sealed record AttachedDisk(string Id, string Path, DiskBus Bus, string Serial, bool Boot = false, int SectorBytes = 512, string? WriteLog = null);

/// <summary>Disks and their controllers.</summary>
/// <remarks>
/// <c>cache=unsafe</c> leaves out the host's fsync, which only matters when the *host* dies and the overlay with it. A guest's flush still
/// makes QEMU write its qcow2 tables to the host's page cache (bdrv_co_flush: "Write back cached data to the OS even with cache=unsafe"), so a
/// killed QEMU is a power cut: what was flushed is there, newly allocated clusters that were not flushed are gone. The tests prove both.
/// </remarks>
internal static class DiskArguments
{
    public static IEnumerable<string> For(IReadOnlyList<AttachedDisk> disks)
    {
        if (disks.Any(disk => disk.Bus is DiskBus.Scsi))
            yield return "-device";
        if (disks.Any(disk => disk.Bus is DiskBus.Scsi))
            yield return "virtio-scsi-pci,id=scsi";
        foreach (var disk in disks)
        {
            yield return "-drive";
            yield return $"if=none,id={disk.Id},{Node(disk)}";
            yield return "-device";
            yield return Device(disk) + (disk.Boot ? ",bootindex=1" : "")
                + (disk.SectorBytes == 512 ? "" : string.Create(CultureInfo.InvariantCulture, $",logical_block_size={disk.SectorBytes},physical_block_size={disk.SectorBytes}"));
        }
    }

    /// <summary>A read-only disk with provisioning data: a CD-ROM for firmware and guests that look for one, on virtio for those without AHCI.</summary>
    public static IEnumerable<string> Seed(string id, string path) =>
    [
        "-drive", $"if=none,id={id},file={QemuOption.Value(path)},format=raw,readonly=on",
        "-device", $"virtio-blk-pci,drive={id},serial={id}",
    ];

    /// <remarks>The log is a filter above the disk (qemu-block-drivers(7), blklogwrites). With <c>cache=unsafe</c> of its own it would see no flush; below it flushes are left out as ever.</remarks>
    private static string Node(AttachedDisk disk) => disk.WriteLog is not { } log
        ? $"file={QemuOption.Value(disk.Path)},format=qcow2,cache=unsafe,discard=unmap,detect-zeroes=unmap"
        : string.Create(CultureInfo.InvariantCulture, $"driver=blklogwrites,cache=writeback,discard=unmap,log-sector-size={disk.SectorBytes}")
            + $",file.driver=qcow2,file.file.driver=file,file.file.filename={QemuOption.Value(disk.Path)},file.cache.no-flush=on,file.discard=unmap,file.detect-zeroes=unmap"
            + $",log.driver=file,log.filename={QemuOption.Value(log)},log.cache.no-flush=on";

    private static string Device(AttachedDisk disk) => disk.Bus switch
    {
        DiskBus.VirtioBlk => $"virtio-blk-pci,drive={disk.Id},serial={QemuOption.Value(disk.Serial)}",
        DiskBus.Nvme => $"nvme,drive={disk.Id},serial={QemuOption.Value(disk.Serial)}",
        DiskBus.Scsi => $"scsi-hd,bus=scsi.0,drive={disk.Id},serial={QemuOption.Value(disk.Serial)}",
        _ => throw new InvalidOperationException($"no device for {disk.Bus}"),
    };
}
