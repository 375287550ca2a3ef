using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>
/// How an OS that updates itself by systemd-sysupdate lies on its disk: <c>/usr</c> and its hashes in pairs of partitions, labelled with their release;
/// UKIs below <c>/EFI/Linux</c> of the EFI system partition, whose names carry release and counter.
/// </summary>
internal sealed partial class SysupdateLayout : IOfflineLayout
{
    internal const string EntryFolder = "/EFI/Linux";
    private static readonly string[] LoaderFolders = ["/EFI/systemd", "/EFI/BOOT"];

    // https://uapi-group.org/specifications/specs/discoverable_partitions_specification/, x86-64.
    internal static readonly Guid UsrType = new("8484680c-9521-48c6-9c11-b0720656f69e");
    private static readonly Guid UsrVerityType = new("77ff5f63-e7b6-4633-acf4-1565b864c0e6");

    /// <summary>sysupdate.d(5): a label that begins with an underscore, such as <c>_empty</c>, is of no release.</summary>
    [GeneratedRegex(@"^[^_].*?_(?<release>[^_]+)\z")]
    private static partial Regex Label { get; }

    [GeneratedRegex(@"/[^/]*?_(?<release>[^/_+]+)(?:\+(?<left>\d+)(?:-(?<done>\d+))?)?\.efi\z")]
    private static partial Regex EntryName { get; }

    /// <inheritdoc/>
    public async Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation)
    {
        var esp = table.RequireEfiSystem();
        return await disk.UseAsync<Installation>(
            esp.Offset, esp.Length, async image => new(Slots(table), await EntriesAsync(new(image), esp, $"{image}.efi", cancellation)) { Loaders = await LoadersAsync(new(image), esp, $"{image}.efi", cancellation) }, cancellation);
    }

    /// <inheritdoc/>
    public Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation) =>
        disk.ChangeFilesAsync(entry.Partition, async (files, scratch) =>
        {
            if (entry.Tries is not { Left: > 0 } tries)
                throw new GuestException($"the boots of {entry.Path} are not counted, or it has no try left: it is not on trial");
            var last = WithLastTry(entry.Path, tries);
            if (last == entry.Path)
                return $"{entry.Path} has its last try already";
            await files.ReadAsync(entry.Path, scratch, cancellation);
            // There may be no room for both.
            await files.DeleteAsync(entry.Path, cancellation);
            await files.WriteAsync(last, scratch, cancellation);
            return $"{entry.Path} is {last}";
        }, cancellation);

    /// <inheritdoc/>
    public IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot)
    {
        var (good, esp) = (before.Installation!.Slots.Single(own => own.Name == slot).Release, before.Table.RequireEfiSystem());
        return
        [
            .. SystemdLeftovers.OtherSlots(before.Installation, slot),
            .. before.Installation.Entries.Concat(now.Installation!.Entries).Where(entry => entry.Release != good).Select(entry => entry.Path).Distinct()
                .Select(path => new LeftoverPlace(Leftover.TriedEntry, $"p{esp.Number}:{path}", "it starts a release other than the one that ran; its name has the counter")),
            new(Leftover.RandomSeed, $"p{esp.Number}:/loader/random-seed", "systemd-boot renews it (systemd-boot(7))"),
            .. SystemdLeftovers.Of("*:/var", "*:/etc"),
        ];
    }

    /// <summary>The entry's path when all of its tries but one are done.</summary>
    internal static string WithLastTry(string path, TryCount tries)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, WithoutCounter(Path.GetFileName(path)));
        return string.Create(CultureInfo.InvariantCulture, $"{folder}/{Path.GetFileNameWithoutExtension(name)}+1-{tries.Left + tries.Done - 1}.efi");
    }

    /// <summary>Pairs of partitions, by their rank among those of their type. The halves of the root hash are their UUIDs.</summary>
    internal static IReadOnlyList<InstalledSlot> Slots(PartitionTable table)
    {
        var data = table.Partitions.Where(p => Mark(p, UsrType) is not null).ToList();
        var hashes = table.Partitions.Where(p => Mark(p, UsrVerityType) is not null).ToList();
        return [.. data.Select((partition, rank) => Slot(partition, rank < hashes.Count ? hashes[rank] : null, rank))];
    }

    /// <summary>What a label says; <see langword="null"/> when the partition holds no release.</summary>
    internal static string? ReleaseOf(string label) => Label.Match(label) is { Success: true } match ? match.Groups["release"].Value : null;

    /// <summary>What an entry's name says; <see langword="null"/> when it is no entry of a release.</summary>
    internal static (string Release, TryCount? Tries)? Named(string path)
    {
        if (EntryName.Match(path) is not { Success: true } match)
            return null;
        int Count(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return (match.Groups["release"].Value, match.Groups["left"].Success ? new(Count("left"), Count("done")) : null);
    }

    /// <summary>An entry's file name without its counter.</summary>
    internal static string WithoutCounter(string name) => EntryName.Match($"/{name}") is { Success: true } match && match.Groups["left"].Success
        ? $"{name[..(match.Groups["left"].Index - 2)]}.efi"
        : name;

    private static SlotMark? Mark(Partition partition, Guid type) => SlotMark.Of(partition.Type, partition.Label, type);

    private static InstalledSlot Slot(Partition data, Partition? hashes, int rank)
    {
        var unfinished = Mark(data, UsrType)?.Unfinished ?? (hashes is null ? null : Mark(hashes, UsrVerityType)?.Unfinished);
        var release = unfinished is null ? ReleaseOf(data.Label) : null;
        // Without a release it is empty or half written: its UUIDs mean nothing yet.
        var hash = release is null || hashes is null ? null : $"{data.Id:N}{hashes.Id:N}";
        return new(((char)('A' + rank)).ToString(), release, hash, data, hashes) { Unfinished = unfinished };
    }

    /// <summary>systemd-boot where bootctl(1) installs it: under its own name, and under the one that firmware starts by itself.</summary>
    private static async Task<IReadOnlyList<InstalledLoader>> LoadersAsync(FatFiles files, Partition esp, string scratch, CancellationToken cancellation)
    {
        var loaders = new List<InstalledLoader>();
        foreach (var folder in LoaderFolders)
        {
            foreach (var path in (await files.ListAsync(folder, cancellation)).Where(path => path.EndsWith(".efi", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
            {
                try
                {
                    await files.ReadAsync(path, scratch, cancellation);
                    // What says no version is another program, such as a shell.
                    if (InstalledLoader.VersionOf(await File.ReadAllBytesAsync(scratch, cancellation)) is { } version)
                        loaders.Add(new(esp, path, version));
                }
                finally
                {
                    File.Delete(scratch);
                }
            }
        }

        return loaders;
    }

    private static async Task<IReadOnlyList<BootEntry>> EntriesAsync(FatFiles files, Partition esp, string scratch, CancellationToken cancellation)
    {
        var entries = new List<BootEntry>();
        foreach (var path in (await files.ListAsync(EntryFolder, cancellation)).Order(StringComparer.Ordinal))
        {
            if (Named(path) is not var (release, tries))
                continue;
            try
            {
                await files.ReadAsync(path, scratch, cancellation);
                var kernel = UnifiedKernel.Read(scratch);
                entries.Add(new(esp, path, release, tries, kernel.RootHash, kernel.Damage));
            }
            catch (GuestException e)
            {
                entries.Add(new(esp, path, release, tries, null, e.Message));
            }
            finally
            {
                File.Delete(scratch);
            }
        }

        return entries;
    }
}
