using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Qemu.Disks;

/// <summary>Makes an ISO 9660 image (with Joliet and Rock Ridge names) of a few small files.</summary>
internal static class SeedImage
{
    /// <exception cref="HostException">No tool that makes ISO images is installed, or it failed.</exception>
    public static async Task CreateAsync(string path, QemuAttachment.SeedDisk seed, CancellationToken cancellation)
    {
        var tool = Executables.Require("a seed disk", Package.Iso, "genisoimage", "mkisofs", "xorrisofs", "xorriso");
        var folder = $"{path}.d";
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in seed.Files)
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content, cancellation);
        IEnumerable<string> emulate = Path.GetFileName(tool) == "xorriso" ? ["-as", "mkisofs"] : [];
        var result = await Cli.Wrap(tool)
            .WithArguments([.. emulate, "-quiet", "-output", path, "-volid", seed.VolumeLabel, "-joliet", "-rock", folder])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        if (result.ExitCode != 0)
            throw new HostException($"{tool} cannot make a seed disk: {result.StandardError.Trim()}; check that the disk has room (KOLA_STATE_DIR moves Kola's files)");
        Directory.Delete(folder, recursive: true);
    }
}
