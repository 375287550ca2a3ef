using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Machines.Provisioning;

/// <summary>Runs a tool that judges a config.</summary>
internal static class ConfigChecker
{
    /// <summary>What the tool said.</summary>
    /// <param name="Report">Standard output and error, trimmed.</param>
    public sealed record Answer(int ExitCode, string Report);

    /// <summary>Runs the tool; <see langword="null"/> when it is not installed.</summary>
    public static async Task<Answer?> RunAsync(string program, IReadOnlyList<string> arguments, string? standardInput, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Cli.Wrap(program)
                .WithArguments(arguments)
                .WithStandardInputPipe(standardInput is null ? PipeSource.Null : PipeSource.FromString(standardInput))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            return new(result.ExitCode, (result.StandardOutput + result.StandardError).Trim());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
