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

    /// <summary>Linux's errno of a file that is not there (errno(3)).</summary>
    private const int NoSuchFile = 2;

    /// <summary>Runs the tool; <see langword="null"/> when it is not installed.</summary>
    /// <exception cref="HostException">It is there and cannot be started: a host without memory or processes left must not look like one without the tool.</exception>
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
        catch (Win32Exception e)
        {
            // CliWrap puts its own around the one that has the number.
            var cause = e.InnerException as Win32Exception ?? e;
            return cause.NativeErrorCode == NoSuchFile ? null : throw new HostException($"cannot start {program}, which checks the config: {cause.Message}; mend that, or set validate: false to let the guest judge it", e);
        }
    }
}
