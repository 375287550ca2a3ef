using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Disks;

namespace Kola.Machines.Snapshots;

/// <summary>Moves a machine's files into a saved state, and makes a machine's files from one.</summary>
internal static class SavedFiles
{
    /// <summary>Takes the machine's files away; its QEMU has ended.</summary>
    public static void Freeze(MachineSpec spec, MachinePaths paths, SavedMachine target, string console, string? journal)
    {
        File.Move(paths.BootDisk, target.BootDisk);
        foreach (var index in Enumerable.Range(0, spec.ExtraDisks.Count))
            File.Move(paths.ExtraDisk(index), target.ExtraDisk(index));
        if (File.Exists(paths.Variables))
            File.Move(paths.Variables, target.Variables);
        if (target.WasOn)
            File.Move(paths.Memory, target.Memory);
        File.Copy(console, target.Console);
        if (journal is not null)
            File.Copy(journal, target.Journal);
    }

    /// <summary>Overlays, variables and attachments of a machine that goes on from a saved one.</summary>
    /// <exception cref="HostException">They cannot be made.</exception>
    public static async Task ThawAsync(MachineSpec spec, MachinePaths paths, SavedMachine saved, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(paths.Disks);
            await OverlayAsync(paths.BootDisk, saved.BootDisk, cancellation);
            foreach (var index in Enumerable.Range(0, spec.ExtraDisks.Count))
                await OverlayAsync(paths.ExtraDisk(index), saved.ExtraDisk(index), cancellation);
            if (File.Exists(saved.Variables))
                await MachineFiles.CopyVariablesAsync(saved.Variables, paths.Variables, cancellation);
            await MachineFiles.WriteAttachmentsAsync(spec, paths, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the files of machine {spec.Name} from {saved.Folder}: {e.Message}; free some space, or remove the saved states with 'kola cache prune --all'", e);
        }
    }

    /// <summary>A copy that keeps holes and shares blocks where the file system can.</summary>
    public static async Task CopySparseAsync(string from, string to, CancellationToken cancellation)
    {
        var copy = await Cli.Wrap("cp").WithArguments(["--sparse=auto", "--reflink=auto", "--", from, to])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        if (copy.ExitCode != 0)
            throw new HostException($"cannot copy a machine's memory: {copy.StandardError.Trim()}; free some space, or set KOLA_STATE_DIR to a folder with room");
    }

    private static Task OverlayAsync(string path, string frozen, CancellationToken cancellation) =>
        Overlay.CreateAsync(path, new(frozen, DiskFormat.Qcow2), sizeBytes: null, cancellation);
}
