using System.Globalization;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu;

/// <summary>The mainboard: machine type, processors, memory, and the small devices that every machine has.</summary>
internal static class BoardArguments
{
    public static IEnumerable<string> For(MachineSpec spec, Accelerator accelerator, QemuInstallation qemu, bool smm, GuestMemory? memory) =>
    [
        "-name", QemuOption.Value(spec.Name),
        "-nodefaults", "-no-user-config",
        "-machine", $"q35,smm={(smm ? "on" : "off")},vmport=off,usb=off{(memory is null ? "" : ",memory-backend=ram")}",
        "-accel", accelerator.Name,
        "-cpu", Cpu(accelerator, qemu),
        "-smp", spec.Cpus.ToString(CultureInfo.InvariantCulture),
        "-m", Memory(spec.MemoryBytes),
        .. memory is null ? [] : (IEnumerable<string>)["-object", $"memory-backend-file,id=ram,size={Memory(spec.MemoryBytes)},mem-path={QemuOption.Value(memory.Path)},share={(memory.Shared ? "on" : "off")}"],
        "-display", "none",
        "-device", "virtio-rng-pci",
        "-device", "vmgenid,guid=auto",
        // A guest that arms it and then hangs is reset, as a server would be.
        "-device", "i6300esb", "-action", "watchdog=reset",
        "-msg", "timestamp=on",
        .. spec.Graphics ? (IEnumerable<string>)["-device", "VGA"] : [],
    ];

    private static string Cpu(Accelerator accelerator, QemuInstallation qemu) =>
        accelerator.Kind is AcceleratorKind.Kvm ? "host" : qemu.MustMaskCx16 ? "max,cx16=off" : "max";

    private static string Memory(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes + (1 << 20) - 1) >> 20}M");
}
