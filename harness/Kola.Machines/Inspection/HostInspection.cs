using System.Globalization;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;

namespace Kola.Machines.Inspection;

/// <summary>Looks at what this host has for machines, what it lacks, and how to get it. Changes nothing but the probe's memory.</summary>
public static class HostInspection
{
    private const long RoomyDisk = 10L << 30;
    private const long RoomyMemory = 2L << 30;

    /// <param name="stateDirectory">See <see cref="Images.ImageLocations.State"/>; its disk is the one that must have room.</param>
    /// <param name="installed">Whether Kola is installed, so that nothing is needed to build it or to name its version.</param>
    public static async Task<IReadOnlyList<HostFinding>> InspectAsync(string stateDirectory, bool installed, TimeProvider time, CancellationToken cancellation) =>
    [
        .. await QemuAsync(stateDirectory, time, cancellation),
        .. Firmware(),
        .. PackageTable.Rows.Where(row => row.IsToolOfMachines && !(installed && row.IsForCheckouts) && row.Package != Package.Qemu && row.Package != Package.Ovmf).Select(Tool),
        Disk(stateDirectory),
        .. Resources(HostResources.Measure()),
    ];

    /// <summary>The host's processor for people, and whether the host is a virtual machine itself.</summary>
    public static string Processor()
    {
        var lines = File.ReadAllLines("/proc/cpuinfo").Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var nested = lines["flags"].FirstOrDefault()?.Split(' ').Contains("hypervisor") == true;
        return $"{lines["model name"].FirstOrDefault() ?? "unknown processor"}{(nested ? ", itself a virtual machine" : "")}";
    }

    private static async Task<IReadOnlyList<HostFinding>> QemuAsync(string stateDirectory, TimeProvider time, CancellationToken cancellation)
    {
        QemuInstallation qemu;
        try
        {
            qemu = await QemuInstallation.LocateAsync(cancellation);
        }
        catch (InputException e)
        {
            return [new("QEMU", FindingStatus.Missing, e.Message, "correct KOLA_QEMU")];
        }
        catch (HostException e)
        {
            return [new("QEMU", FindingStatus.Missing, e.Message, Package.Qemu.Install())];
        }

        return
        [
            qemu.MustMaskCx16
                ? new("QEMU", FindingStatus.Degraded, $"{qemu.Version} at {qemu.Path}: emulates cmpxchg16b wrongly, masked from guests", "use QEMU 8 or later")
                : new("QEMU", FindingStatus.Ok, $"{qemu.Version} at {qemu.Path}"),
            await AcceleratorAsync(qemu, stateDirectory, time, cancellation),
        ];
    }

    private static async Task<HostFinding> AcceleratorAsync(
        QemuInstallation qemu, string stateDirectory, TimeProvider time, CancellationToken cancellation)
    {
        var accelerator = await new AcceleratorProbe(stateDirectory, time).ProbeAsync(qemu, cancellation);
        return accelerator.Kind is AcceleratorKind.Kvm
            ? new("accelerator", FindingStatus.Ok, $"kvm: {accelerator.Reason}")
            : new("accelerator", FindingStatus.Degraded, $"tcg, about ten times slower: {accelerator.Reason}",
                "use a host with hardware virtualisation and access to /dev/kvm");
    }

    private static IEnumerable<HostFinding> Firmware()
    {
        FirmwareCatalog catalog;
        try
        {
            catalog = FirmwareCatalog.Locate();
        }
        catch (InputException e)
        {
            return [new("UEFI firmware", FindingStatus.Missing, e.Message, "correct KOLA_OVMF_CODE and KOLA_OVMF_VARS")];
        }

        return
        [
            Pair("UEFI firmware", catalog.Uefi, FindingStatus.Missing),
            Pair("Secure Boot firmware", catalog.SecureBoot, FindingStatus.Optional),
        ];
    }

    private static HostFinding Pair(string subject, FirmwareImage? image, FindingStatus otherwise) => image is null
        ? new(subject, otherwise, "not found", Package.Ovmf.Install())
        : new(subject, FindingStatus.Ok, $"{image.Code} with {image.Variables}");

    private static HostFinding Tool(PackageRow row) =>
        Executables.Find(row.Probes) is { } path
            ? new(row.Probes[0], FindingStatus.Ok, path)
            : new(row.Probes[0], row.IsForEveryMachine ? FindingStatus.Missing : FindingStatus.Optional, $"not found: {row.Why}", row.Package.Install());

    private static HostFinding Disk(string stateDirectory)
    {
        var folder = Path.GetFullPath(stateDirectory);
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? "/";
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= RoomyDisk
            ? new("disk space", FindingStatus.Ok, $"{Gib(free)} free for {stateDirectory}")
            : new("disk space", FindingStatus.Degraded, $"only {Gib(free)} free for {stateDirectory}", "free some space, or set KOLA_STATE_DIR to a folder with room");
    }

    private static IEnumerable<HostFinding> Resources(HostResources resources)
    {
        var limit = resources.Limited ? ", limited by a control group" : "";
        var memory = $"{Gib(resources.AvailableBytes)} available of {Gib(resources.MemoryBytes)}{limit}";
        return
        [
            resources.AvailableBytes >= RoomyMemory
                ? new("memory", FindingStatus.Ok, memory)
                : new("memory", FindingStatus.Degraded, memory, "end other programs, or raise the control group's memory.max"),
            new("processors", FindingStatus.Ok, string.Create(CultureInfo.InvariantCulture, $"{resources.Cpus:0.##}{limit}")),
        ];
    }

    private static string Gib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB");
}
