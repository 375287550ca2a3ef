using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;
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

    [GeneratedRegex(@"^root-(?<slot>[A-Z])\z")]
    private static partial Regex Label { get; }

    /// <inheritdoc/>
    public async Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation)
    {
        var esp = table.Partitions.FirstOrDefault(p => p.Type == PartitionTypes.EfiSystem)
            ?? throw new GuestException("the boot disk has no EFI system partition: nothing can boot from it");
        var environment = await EnvironmentAsync(disk, esp, cancellation);
        var slots = new List<InstalledSlot>();
        var entries = new List<BootEntry>();
        foreach (var partition in table.Partitions)
        {
            if (Label.Match(partition.Label) is not { Success: true } match)
                continue;
            var name = match.Groups["slot"].Value;
            var (release, kernel) = await LookAsync(disk, partition, cancellation);
            slots.Add(new(name, release, null, partition, null));
            if (release is not null)
                entries.Add(Entry(name, release, kernel, partition, environment));
        }

        return new(slots, entries);
    }

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

    private static async Task<GrubEnvironment?> EnvironmentAsync(OfflineDisk disk, Partition esp, CancellationToken cancellation)
    {
        var image = await disk.TakeAsync(esp.Offset, esp.Length, cancellation);
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
            File.Delete(image);
            File.Delete(scratch);
        }
    }

    /// <summary>The release by the slot's own os-release, and whether there is a kernel; <see langword="null"/> where there is no file system to read.</summary>
    private static async Task<(string? Release, bool Kernel)> LookAsync(OfflineDisk disk, Partition partition, CancellationToken cancellation)
    {
        var program = Executables.Require("reading slots of machines that are off", Ext4Tools, "debugfs");
        var image = await disk.TakeAsync(partition.Offset, partition.Length, cancellation);
        try
        {
            async Task<string> AskAsync(string request) => (await Cli.Wrap(program).WithArguments(["-R", request, image])
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation)).StandardOutput;
            var release = OsRelease.Parse(await AskAsync("cat /usr/lib/os-release")).GetValueOrDefault("IMAGE_VERSION");
            return (release, release is not null && Size.Match(await AskAsync($"stat {Kernel}")) is { Success: true });
        }
        finally
        {
            File.Delete(image);
        }
    }

    private static Package Ext4Tools { get; } = new("e2fsprogs", "e2fsprogs", "e2fsprogs");

    [GeneratedRegex(@"\bSize: [1-9]\d*")]
    private static partial Regex Size { get; }
}
