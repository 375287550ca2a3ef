using System.ComponentModel;
using System.Text;
using CliWrap;

namespace Kola.Machines.Images.Downloads;

/// <summary>
/// Decompresses a downloaded image by the compression's own tool. Gzip too: GZipStream of .NET 10 takes a file that is cut short for a whole one.
/// </summary>
internal static class Decompressor
{
    /// <summary>Writes the decompressed image to <paramref name="target"/>, sparse where it is zero, and returns its SHA-256 in lower-case hex.</summary>
    /// <param name="report">Compressed bytes read so far, and in all.</param>
    /// <exception cref="HostException">The tool is missing, the file is damaged, or the disk is full.</exception>
    public static async Task<string> DecompressAsync(
        string source, Compression compression, string target, Action<long, long?> report, CancellationToken cancellation)
    {
        await using var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous);
        await using var output = new SparseHashingFile(target);
        await RunToolAsync(input, compression, output, report, cancellation);
        return output.Complete();
    }

    private static async Task RunToolAsync(
        FileStream input, Compression compression, SparseHashingFile output, Action<long, long?> report, CancellationToken cancellation)
    {
        var errors = new StringBuilder();
        try
        {
            var run = await Cli.Wrap(compression.Tool).WithArguments(["-d", "-c"])
                .WithStandardInputPipe(PipeSource.FromStream(input))
                .WithStandardOutputPipe(PipeTarget.Create((plain, stop) => output.FillAsync(plain, () => report(input.Position, input.Length), stop)))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(cancellation);
            if (!run.IsSuccess)
            {
                throw new HostException(
                    $"the image cannot be decompressed: {compression.Tool} says '{errors.ToString().Trim()}'; the publisher's file is damaged although its digest is right: report it, or move the pin");
            }
        }
        catch (Win32Exception failure)
        {
            throw new HostException($"{compression.Tool} is not installed, and the image is compressed with it; install the package {compression.Package}", failure);
        }
    }
}
