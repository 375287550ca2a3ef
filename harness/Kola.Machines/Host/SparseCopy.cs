using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Host;

/// <summary>Copies of large files: holes stay holes, and blocks are shared where the file system can.</summary>
internal static class SparseCopy
{
    /// <param name="what">What is copied, for the message.</param>
    /// <exception cref="HostException">There is no room.</exception>
    public static async Task MakeAsync(string from, string to, string what, CancellationToken cancellation)
    {
        var copy = await Cli.Wrap("cp").WithArguments(["--sparse=auto", "--reflink=auto", "--", from, to])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        if (copy.ExitCode != 0)
            throw new HostException($"cannot copy {what}: {copy.StandardError.Trim()}; free some space, or set KOLA_STATE_DIR to a folder with room");
    }
}
