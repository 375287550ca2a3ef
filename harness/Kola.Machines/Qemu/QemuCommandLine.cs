using Kola.Machines.Host;
using Kola.Machines.Qemu.Disks;
using Kola.Machines.Qemu.Firmware;
using Kola.Machines.Qemu.Networks;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Qemu.Serial;
using Kola.Machines.Qemu.Tpm;

namespace Kola.Machines.Qemu;

/// <summary>QEMU's command line as a function of what the machine is, what it runs on, and where its files are. Starts and writes nothing.</summary>
internal static class QemuCommandLine
{
    /// <summary>
    /// As Kola runs it. <paramref name="writeLog"/>: where the writes to the boot disk are logged. <c>-S</c>: the guest waits until the monitor is set up, so that no event of its first moments is missed.
    /// </summary>
    public static IReadOnlyList<string> Build(
        MachineSpec spec, QemuInstallation qemu, Accelerator accelerator, FirmwareImage? firmware, MachinePaths paths, string? socat, GuestMemory? memory = null, string? writeLog = null) =>
    [
        .. Hardware(spec, qemu, accelerator, firmware, paths, socat, memory, writeLog),
        .. spec.JournalPort ? JournalPortArguments.For(paths.JournalSocket) : [],
        .. SerialArguments.For(paths.ConsoleSocket),
        .. QmpArguments.For(paths.QmpSocket),
        "-S",
    ];

    /// <summary>The same machine for a person at a terminal: console and monitor on it (Ctrl-A C switches).</summary>
    public static IReadOnlyList<string> BuildByHand(
        MachineSpec spec, QemuInstallation qemu, Accelerator accelerator, FirmwareImage? firmware, MachinePaths paths, string? socat) =>
    [
        .. Hardware(spec, qemu, accelerator, firmware, paths, socat, null, null),
        .. spec.JournalPort ? JournalPortArguments.For(null) : [],
        "-serial", "mon:stdio",
    ];

    private static IEnumerable<string> Hardware(
        MachineSpec spec, QemuInstallation qemu, Accelerator accelerator, FirmwareImage? firmware, MachinePaths paths, string? socat, GuestMemory? memory, string? writeLog) =>
    [
        .. BoardArguments.For(spec, accelerator, qemu, firmware?.NeedsSmm ?? false, memory),
        .. firmware is null ? [] : FirmwareArguments.For(firmware, paths.Variables),
        .. spec.Tpm ? TpmArguments.For(paths.TpmSocket) : [],
        .. DiskArguments.For([
            new("boot", paths.BootDisk, spec.BootBus, "boot", Boot: true, SectorBytes: spec.Image.SectorBytes, WriteLog: writeLog),
            .. spec.ExtraDisks.Select((disk, index) => new AttachedDisk($"disk{index}", paths.ExtraDisk(index), disk.Bus, disk.Name)),
        ]),
        .. NetworkArguments.For(spec.Network, spec.Name, socat),
        .. AttachmentArguments.For(spec.Attachments, [.. spec.Attachments.Select((_, index) => paths.Attachment(index))], qemu),
        .. GuestKernelArguments.For(firmware, accelerator),
    ];
}
