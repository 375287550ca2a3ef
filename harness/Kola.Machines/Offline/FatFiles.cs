using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Offline;

/// <summary>The files of a FAT file system that was taken out of a disk, by mtools(1). Paths are absolute and written with slashes.</summary>
/// <param name="image">The file system, from its first byte.</param>
public sealed class FatFiles(string image) : IPartitionFiles
{
    /// <summary>The files of a folder, their paths; none when there is no such folder.</summary>
    /// <exception cref="GuestException">The file system cannot be read.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellation)
    {
        // A name for every file below, one a line, folders with a slash behind.
        var result = await RunAsync("mdir", ["-b", "-i", image, $"::{folder}"], cancellation);
        if (result.ExitCode == 0)
            return [.. result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line[2..]).Where(path => !path.EndsWith('/'))];
        return result.StandardError.Contains("not found", StringComparison.OrdinalIgnoreCase)
            ? []
            : throw Unreadable(result);
    }

    /// <inheritdoc/>
    public async Task ReadAsync(string path, string target, CancellationToken cancellation)
    {
        var result = await RunAsync("mcopy", ["-n", "-i", image, $"::{path}", target], cancellation);
        if (result.ExitCode != 0)
            throw Unreadable(result);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string path, string source, CancellationToken cancellation)
    {
        var result = await RunAsync("mcopy", ["-o", "-i", image, source, $"::{path}"], cancellation);
        if (result.ExitCode != 0)
            throw Unreadable(result);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        var result = await RunAsync("mdel", ["-i", image, $"::{path}"], cancellation);
        if (result.ExitCode != 0)
            throw Unreadable(result);
    }

    /// <summary>Copies all of it to a folder of the host.</summary>
    /// <exception cref="GuestException">The file system cannot be read.</exception>
    internal async Task CopyAllAsync(string folder, CancellationToken cancellation)
    {
        var result = await RunAsync("mcopy", ["-s", "-n", "-i", image, "::/", folder], cancellation);
        if (result.ExitCode != 0)
            throw Unreadable(result);
    }

    private static GuestException Unreadable(BufferedCommandResult result) =>
        new($"mtools failed on the boot disk: {result.StandardError.Trim()}; the FAT file system is damaged or full, or the file is missing");

    private static async Task<BufferedCommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var found = Executables.Require("reading boot partitions", Package.Mtools, program);
        // mtools refuses geometries that were right for floppy disks; firmware and Linux do not look at them.
        return await Cli.Wrap(found).WithArguments(arguments).WithEnvironmentVariables(e => e.Set("MTOOLS_SKIP_CHECK", "1"))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
    }
}
