using System.Globalization;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Snapshots;

/// <summary>Room that files take on the disk: a guest's memory is sparse, its length says little. .NET does not tell.</summary>
internal static class AllocatedBytes
{
    /// <param name="folder">All files below it count.</param>
    public static async Task<long> OfAsync(string folder, CancellationToken cancellation)
    {
        var told = await Cli.Wrap("du").WithArguments(["--summarize", "--block-size=1", "--", folder])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        // A folder that is just being removed takes no room.
        return long.TryParse(told.StandardOutput.Split('\t')[0], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }
}
