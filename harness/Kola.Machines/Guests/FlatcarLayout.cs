using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>
/// How Flatcar lies on its disk: <c>/usr</c> in the partitions USR-A and USR-B, whose attributes say which of them GRUB starts, and the kernels <c>/flatcar/vmlinuz-a</c> and
/// <c>-b</c> in the EFI system partition.
/// </summary>
/// <remarks>The release in a slot is told by its own os-release. It is read where the file system is ext; others are refused, as there is no program here that reads a file of them.</remarks>
internal sealed class FlatcarLayout : IOfflineLayout
{
    /// <summary>coreos-rootfs, as cgpt calls it.</summary>
    internal static readonly Guid UsrType = new("5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6");

    private const string KernelFolder = "/flatcar";

    /// <inheritdoc/>
    public async Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation)
    {
        var esp = table.RequireEfiSystem();
        if (Slots(table) is not { Count: > 0 } partitions)
            throw new GuestException("the boot disk has no partition USR-A or USR-B; check that the image's adapter is the right one");
        var kernels = await KernelsAsync(disk, esp, cancellation);
        var slots = new List<InstalledSlot>();
        var entries = new List<BootEntry>();
        foreach (var partition in partitions)
        {
            var (slot, kernel) = (SlotOf(partition)!, $"{KernelFolder}/vmlinuz-{SlotOf(partition)!.ToLowerInvariant()}");
            var release = await ReleaseAsync(disk, partition, cancellation);
            slots.Add(new(slot, release, null, partition, null));
            if (release is not null)
                entries.Add(Entry(release, kernel, kernels.Contains(kernel), esp, GptPriority.Of(partition)));
        }

        return new(slots, entries);
    }

    /// <inheritdoc/>
    /// <remarks>Flatcar gives a release one try: there is never more than that to leave.</remarks>
    public Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation) =>
        entry.Tries is { Left: <= GptPriority.MostTries }
            ? Task.FromResult($"{entry.Path} has its last try already")
            : throw new GuestException($"the slot of {entry.Path} {(entry.Tries is { } tries ? $"has {tries.Left} tries where Flatcar gives {GptPriority.MostTries}" : "is marked good")}: it is not on trial");

    /// <inheritdoc/>
    public IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot)
    {
        var esp = before.Table.RequireEfiSystem().Number;
        return
        [
            .. SystemdLeftovers.OtherSlots(before.Installation!, slot),
            .. before.Installation!.Slots.Where(other => other.Name != slot)
                .Select(other => new LeftoverPlace(Leftover.TriedEntry, $"p{esp}:{KernelFolder}/vmlinuz-{other.Name.ToLowerInvariant()}", "it is the kernel of the other slot")),
            .. before.Installation.Slots.Where(own => own.Name == slot)
                .Select(own => new LeftoverPlace(Leftover.TryCounter, $"p{own.Data.Number}:attributes", "an update gives the other slot the higher priority")),
            new(Leftover.UpdateState, "*:/var/lib/update_engine/*", "update_engine keeps there what it did"),
            .. SystemdLeftovers.Of("*:/var", "*:/etc"),
        ];
    }

    /// <summary><c>A</c> or <c>B</c>; <see langword="null"/>: the partition is no slot.</summary>
    internal static string? SlotOf(Partition partition) => partition.Type == UsrType && partition.Label is "USR-A" or "USR-B" ? partition.Label[^1..] : null;

    /// <summary>The slots' partitions, A first.</summary>
    internal static IReadOnlyList<Partition> Slots(PartitionTable table) => [.. table.Partitions.Where(partition => SlotOf(partition) is not null).OrderBy(SlotOf, StringComparer.Ordinal)];

    /// <summary>What GRUB can start from a slot.</summary>
    internal static BootEntry Entry(string release, string kernel, bool there, Partition esp, GptPriority marks)
    {
        var damage = !there ? $"{kernel} is missing or empty" : marks.Priority == 0 ? "its slot has priority 0" : null;
        return new(esp, kernel, release, marks.Trial, null, damage);
    }

    /// <summary>Those that are not empty.</summary>
    private static Task<IReadOnlySet<string>> KernelsAsync(OfflineDisk disk, Partition esp, CancellationToken cancellation) =>
        disk.UseAsync<IReadOnlySet<string>>(esp.Offset, esp.Length, async image =>
        {
            var scratch = $"{image}.kernel";
            try
            {
                var (files, found) = (new FatFiles(image), new HashSet<string>(StringComparer.Ordinal));
                foreach (var path in await files.ListAsync(KernelFolder, cancellation))
                {
                    await files.ReadAsync(path, scratch, cancellation);
                    if (new FileInfo(scratch).Length > 0)
                        found.Add(path);
                    File.Delete(scratch);
                }

                return found;
            }
            finally
            {
                File.Delete(scratch);
            }
        }, cancellation);

    /// <returns><see langword="null"/>: the slot is empty.</returns>
    /// <exception cref="HostException">It holds a file system that is not read here.</exception>
    private static async Task<string?> ReleaseAsync(OfflineDisk disk, Partition partition, CancellationToken cancellation)
    {
        var head = await disk.ReadAsync(partition.Offset, FileSystemMark.HeadLength, cancellation);
        if (head.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return null;
        if (FileSystemMark.Of(partition.Number, head).Kind != "ext4")
            throw new HostException($"{partition.Label} holds a file system other than ext, whose release cannot be read while the machine is off; leave out 'inspect-disk' and 'damage' for this image");
        var text = await disk.UseAsync(partition.Offset, partition.Length, image => new ExtFiles(image).TextAsync("/lib/os-release", cancellation), cancellation);
        return OsRelease.Parse(text).GetValueOrDefault("VERSION_ID");
    }
}
