using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Machines.Offline;

/// <summary>What a file system's own checker says of it: fsck.fat(8), e2fsck(8).</summary>
public static class FileSystemCheck
{
    private static Package ExtTools { get; } = new("e2fsprogs", "e2fsprogs", "e2fsprogs");

    private static Package FatTools { get; } = new("dosfstools", "dosfstools", "dosfstools");

    /// <summary>Whether there is a checker for a kind of <see cref="FileSystemMark"/>.</summary>
    public static bool Knows(string kind) => kind is "vfat" or "ext4";

    /// <param name="image">The file system, from its first byte. It is a copy: a journal is replayed in it.</param>
    /// <param name="kind">One that there is a checker for.</param>
    /// <exception cref="HostException">The checker is missing.</exception>
    public static async Task<FileSystemFindings> OfAsync(string image, string kind, CancellationToken cancellation)
    {
        if (kind is "vfat")
            return new(Replayed: false, Findings(await RunAsync("fsck.fat", FatTools, ["-n", image], cancellation), image));
        // The next mount would do the same before anybody reads a file.
        var needs = (await FileSystemMark.OfAsync(1, image, cancellation)).NeedsReplay;
        if (needs && await ReplayAsync(image, cancellation) is { Count: > 0 } repairs)
            return new(Replayed: false, repairs);
        return new(needs, Findings(await RunAsync("e2fsck", ExtTools, ["-f", "-n", image], cancellation), image));
    }

    /// <summary>Replays the journal of an ext4 file system, which is a copy.</summary>
    /// <returns>What else had to be repaired for that; nothing where the journal is whole.</returns>
    internal static async Task<IReadOnlyList<string>> ReplayAsync(string image, CancellationToken cancellation)
    {
        var result = await RunAsync("e2fsck", ExtTools, ["-y", "-E", "journal_only", image], cancellation);
        return [.. Lines(result).Where(line => line.EndsWith("? yes", StringComparison.Ordinal))];
    }

    /// <summary>Neither names the file, which is gone by then, nor what every run prints.</summary>
    private static string[] Findings(BufferedCommandResult result, string image) => result.ExitCode == 0 ? [] :
        [.. Lines(result).Where(line => !line.StartsWith("fsck.fat ", StringComparison.Ordinal) && !line.StartsWith("Pass ", StringComparison.Ordinal) && !line.Contains(image, StringComparison.Ordinal) && !line.StartsWith("Leaving ", StringComparison.Ordinal)).DefaultIfEmpty($"exit code {result.ExitCode}")];

    private static string[] Lines(BufferedCommandResult result) => result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static async Task<BufferedCommandResult> RunAsync(string program, Package package, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        await Cli.Wrap(Executables.Require("checking file systems", package, program)).WithArguments(arguments)
            .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C")).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
}
