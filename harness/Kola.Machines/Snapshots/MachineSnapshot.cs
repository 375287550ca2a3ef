using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines.Snapshots;

/// <summary>One machine in a snapshot: its files. They are never written again: a machine that goes on from them works on overlays and copies.</summary>
/// <param name="Folder">Absolute path. It must stay where it is while machines run that went on from it.</param>
public sealed record MachineSnapshot(string Folder)
{
    /// <summary>The guest's memory, sparse.</summary>
    public string Memory => Path.Combine(Folder, "memory");

    /// <summary>The state of devices and processors; missing when the machine was off.</summary>
    public string Devices => Path.Combine(Folder, "devices");

    public string BootDisk => Path.Combine(Folder, "boot.qcow2");

    public string Variables => Path.Combine(Folder, "vars.fd");

    /// <summary>
    /// The folder of the TPM's state of a machine that was off; missing when it had none. That of a machine that was on, its registers among it, is part of
    /// <see cref="Devices"/>: QEMU asks swtpm for it and hands it to the other one (QEMU's docs/specs/tpm).
    /// </summary>
    public string TpmState => Path.Combine(Folder, "tpm");

    /// <summary>What the console had shown.</summary>
    public string Console => Path.Combine(Folder, "console.log");

    /// <summary>What it had streamed of its journal; missing when it had no port for it.</summary>
    public string Journal => Path.Combine(Folder, "journal.jsonl");

    /// <summary>Whether the machine was on.</summary>
    public bool WasOn => File.Exists(Devices);

    public string ExtraDisk(int index) => Path.Combine(Folder, $"disk{index}.qcow2");

    /// <summary>Takes the machine's files away; its QEMU has ended.</summary>
    internal void Freeze(MachineSpec spec, MachinePaths paths, string console, string? journal)
    {
        File.Move(paths.BootDisk, BootDisk);
        foreach (var index in Enumerable.Range(0, spec.ExtraDisks.Count))
            File.Move(paths.ExtraDisk(index), ExtraDisk(index));
        if (File.Exists(paths.Variables))
            File.Move(paths.Variables, Variables);
        if (WasOn)
            File.Move(paths.Memory, Memory);
        else if (Directory.Exists(paths.TpmState))
            Directory.Move(paths.TpmState, TpmState);
        File.Copy(console, Console);
        if (journal is not null)
            File.Copy(journal, Journal);
    }

    /// <summary>Makes overlays, variables and attachments of a machine that goes on from this one.</summary>
    /// <exception cref="HostException">They cannot be made.</exception>
    internal async Task ThawAsync(MachineSpec spec, MachinePaths paths, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(paths.Disks);
            await OverlayAsync(paths.BootDisk, BootDisk, cancellation);
            foreach (var index in Enumerable.Range(0, spec.ExtraDisks.Count))
                await OverlayAsync(paths.ExtraDisk(index), ExtraDisk(index), cancellation);
            if (File.Exists(Variables))
                await MachineFiles.CopyVariablesAsync(Variables, paths.Variables, cancellation);
            ThawTpm(paths.TpmState);
            await MachineFiles.WriteAttachmentsAsync(spec, paths, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the files of machine {spec.Name} from {Folder}: {e.Message}; free some space, or remove all snapshots with 'kola cache prune --all'", e);
        }
    }

    /// <summary>Copies the memory for a machine that is to be saved again; keeps holes, and shares blocks where the file system can.</summary>
    /// <exception cref="HostException">There is no room.</exception>
    internal Task CopyMemoryAsync(string to, CancellationToken cancellation) => SparseCopy.MakeAsync(Memory, to, "a machine's memory", cancellation);

    /// <summary>The saved TPM takes the place of the one that the machine had until then.</summary>
    private void ThawTpm(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        if (!Directory.Exists(TpmState))
            return;
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(TpmState))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private static Task OverlayAsync(string path, string frozen, CancellationToken cancellation) =>
        Overlay.CreateAsync(path, new(frozen, DiskFormat.Qcow2), sizeBytes: null, cancellation);
}
