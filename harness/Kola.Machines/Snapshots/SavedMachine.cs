namespace Kola.Machines.Snapshots;

/// <summary>The files of one machine that was saved. Nobody writes them again: who goes on from them works on overlays and copies.</summary>
/// <param name="Folder">Absolute path. It must stay where it is while machines run that went on from it.</param>
public sealed record SavedMachine(string Folder)
{
    /// <summary>The guest's memory, sparse.</summary>
    public string Memory => Path.Combine(Folder, "memory");

    /// <summary>The state of devices and processors; missing when the machine was off.</summary>
    public string Devices => Path.Combine(Folder, "devices");

    public string BootDisk => Path.Combine(Folder, "boot.qcow2");

    public string Variables => Path.Combine(Folder, "vars.fd");

    /// <summary>What the console had shown.</summary>
    public string Console => Path.Combine(Folder, "console.log");

    /// <summary>What it had streamed of its journal; missing when it had no port for it.</summary>
    public string Journal => Path.Combine(Folder, "journal.jsonl");

    /// <summary>Whether the machine was on.</summary>
    public bool WasOn => File.Exists(Devices);

    public string ExtraDisk(int index) => Path.Combine(Folder, $"disk{index}.qcow2");
}
