using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>
/// How an OS that RAUC updates lies on its disk: slots are partitions of ext4 named <c>root-A</c>, <c>root-B</c>, …, with the kernel in <c>/boot</c>; <c>/grub/grubenv</c> of the EFI
/// system partition says which of them are started, and in which order.
/// </summary>
internal sealed partial class RaucLayout : IOfflineLayout
{
    private const string EnvironmentPath = "/grub/grubenv";
    private const string Kernel = "/boot/vmlinuz";

    /// <summary>On the partition <c>data</c>, which is <c>/var</c> (<c>data-directory=/var/lib/rauc</c>).</summary>
    private const string StatusPath = "/lib/rauc/central.raucs";

    [GeneratedRegex(@"^root-(?<slot>[A-Z])\z")]
    private static partial Regex Label { get; }

    /// <inheritdoc/>
    public async Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation)
    {
        var esp = table.RequireEfiSystem();
        var environment = await EnvironmentAsync(disk, esp, cancellation);
        var status = await StatusAsync(disk, table, cancellation);
        var slots = new List<InstalledSlot>();
        var entries = new List<BootEntry>();
        foreach (var partition in table.Partitions)
        {
            if (Label.Match(partition.Label) is not { Success: true } match)
                continue;
            var name = match.Groups["slot"].Value;
            var (release, kernel, configuration) = await LookAsync(disk, partition, cancellation);
            slots.Add(new(name, release, null, partition, null) { Digest = release is null ? null : RaucStatus.Digests(configuration, status).GetValueOrDefault(name) });
            if (release is not null)
                entries.Add(Entry(name, release, kernel, partition, environment));
        }

        return new(slots, entries);
    }

    /// <inheritdoc/>
    public Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation)
    {
        var (esp, tries) = (table.RequireEfiSystem(), $"{Label.Match(entry.Partition.Label).Groups["slot"].Value}_TRY");
        return disk.ChangeFilesAsync(esp, async (files, scratch) =>
        {
            await files.ReadAsync(EnvironmentPath, scratch, cancellation);
            var environment = GrubEnvironment.Parse(await File.ReadAllBytesAsync(scratch, cancellation)) ?? throw new GuestException($"{EnvironmentPath} cannot be read by GRUB");
            var (before, last) = (environment.Values.GetValueOrDefault(tries, "not set"), (RaucGuest.MostTries - 1).ToString(CultureInfo.InvariantCulture));
            await File.WriteAllBytesAsync(scratch, environment.With(tries, last).ToBlock(), cancellation);
            await files.WriteAsync(EnvironmentPath, scratch, cancellation);
            return $"{tries} of {EnvironmentPath} was {before} and is {last}";
        }, cancellation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot) =>
    [
        .. SystemdLeftovers.OtherSlots(before.Installation!, slot),
        new(Leftover.TryCounter, $"p{before.Table.RequireEfiSystem().Number}:{EnvironmentPath}", "an installation orders the slots and GRUB counts the tries there"),
        new(Leftover.UpdateState, $"data:{StatusPath}", "RAUC keeps there what it installed, and when"),
        .. SystemdLeftovers.Of("data:", "data:/etc/upper"),
    ];

    /// <summary>What GRUB can start from a slot.</summary>
    internal static BootEntry Entry(string slot, string release, bool kernel, Partition partition, GrubEnvironment? environment)
    {
        var damage = !kernel ? $"{Kernel} is missing or empty"
            : environment is null ? $"{EnvironmentPath} cannot be read by GRUB"
            : !environment.Order.Contains(slot) ? $"slot {slot} is not in ORDER"
            : !environment.IsOk(slot) ? $"slot {slot} is marked bad"
            : null;
        var tries = environment?.Tries(slot) is > 0 and var done ? new TryCount(Math.Max(0, RaucGuest.MostTries - done), done) : null;
        return new(partition, Kernel, release, tries, null, damage);
    }

    private static Task<GrubEnvironment?> EnvironmentAsync(OfflineDisk disk, Partition esp, CancellationToken cancellation) =>
        disk.UseAsync(esp.Offset, esp.Length, async image =>
        {
            var scratch = $"{image}.env";
            try
            {
                await new FatFiles(image).ReadAsync(EnvironmentPath, scratch, cancellation);
                return GrubEnvironment.Parse(await File.ReadAllBytesAsync(scratch, cancellation));
            }
            catch (GuestException)
            {
                // No such file: GRUB has nothing to read either.
                return null;
            }
            finally
            {
                File.Delete(scratch);
            }
        }, cancellation);

    /// <summary>The release by the slot's own os-release, whether there is a kernel, and RAUC's configuration; no release where there is no file system to read.</summary>
    private static Task<(string? Release, bool Kernel, string Configuration)> LookAsync(OfflineDisk disk, Partition partition, CancellationToken cancellation) =>
        disk.UseAsync<(string?, bool, string)>(partition.Offset, partition.Length, async image =>
        {
            var files = new ExtFiles(image);
            var release = OsRelease.Parse(await files.TextAsync("/usr/lib/os-release", cancellation)).GetValueOrDefault("IMAGE_VERSION");
            return release is null ? (null, false, "") : (release, await files.LengthAsync(Kernel, cancellation) > 0, await files.TextAsync("/etc/rauc/system.conf", cancellation));
        }, cancellation);

    /// <summary>What RAUC remembers of the slots; empty where it has installed nothing.</summary>
    private static async Task<string> StatusAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation) =>
        table.Partitions.FirstOrDefault(partition => partition.Label == "data") is { } data
            ? await disk.UseAsync(data.Offset, data.Length, image => new ExtFiles(image).TextAsync(StatusPath, cancellation), cancellation)
            : "";
}
