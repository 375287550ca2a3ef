namespace Kola.Machines.Qemu;

/// <summary>Where a machine's files are. Sockets have short paths, disks have room, logs stay.</summary>
/// <param name="Sockets">Prefix of the socket paths.</param>
/// <param name="Disks">The machine's own folder of disks and state.</param>
/// <param name="Logs">The machine's log folder.</param>
public sealed record MachinePaths(string Sockets, string Disks, string Logs)
{
    public string QmpSocket => $"{Sockets}.qmp";

    public string ConsoleSocket => $"{Sockets}.con";

    public string JournalSocket => $"{Sockets}.jnl";

    public string TpmSocket => $"{Sockets}.tpm";

    public string BootDisk => Path.Combine(Disks, "boot.qcow2");

    public string Variables => Path.Combine(Disks, "vars.fd");

    public string TpmState => Path.Combine(Disks, "tpm");

    /// <summary>The guest's memory, where it is kept in a file.</summary>
    public string Memory => Path.Combine(Disks, "memory");

    public string QemuLog => Path.Combine(Logs, "qemu.log");

    public string QemuCommand => Path.Combine(Logs, "qemu.cmd");

    public string TpmLog => Path.Combine(Logs, "swtpm.log");

    public string ExtraDisk(int index) => Path.Combine(Disks, $"disk{index}.qcow2");

    /// <summary>A copy of the boot disk as it was.</summary>
    public string RememberedDisk(string name) => Path.Combine(Disks, $"remembered-{name}.qcow2");

    public string Attachment(int index) => Path.Combine(Disks, $"attachment{index}");
}
