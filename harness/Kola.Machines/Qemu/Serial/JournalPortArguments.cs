using Kola.Machines.Journal;

namespace Kola.Machines.Qemu.Serial;

/// <summary>A virtio-serial port that the guest may stream its journal to. It stands last among the devices, so that no other changes its place for it.</summary>
internal static class JournalPortArguments
{
    /// <param name="socket"><see langword="null"/>: nobody listens, for a machine that is run by hand.</param>
    public static IEnumerable<string> For(string? socket) =>
    [
        "-chardev", socket is null ? "null,id=journal" : $"socket,id=journal,path={QemuOption.Value(socket)},server=off",
        "-device", "virtio-serial-pci,id=ports,max_ports=2",
        "-device", $"virtserialport,bus=ports.0,nr=1,chardev=journal,name={MachineJournal.PortName}",
    ];
}
