using System.ComponentModel;
using System.Globalization;
using System.Text;
using CliWrap;
using Kola.Machines.Host;

namespace Kola.Machines.AdapterPrograms;

/// <summary>How a run of a program ended.</summary>
/// <param name="ExitCode">As the shell counts: 128 + number for a program that died of a signal.</param>
/// <param name="Output">Its standard output, whole unless it was stopped.</param>
/// <param name="Errors">The beginning of its standard error, trimmed.</param>
/// <param name="Stopped">Why it was killed; <see langword="null"/>: it ended.</param>
internal sealed record ProgramEnd(int ExitCode, ReadOnlyMemory<byte> Output, string Errors, string? Stopped);

/// <summary>Runs a program with bounds on its time and output. It dies with this process, and leaves no other process behind: see leash.sh.</summary>
internal static class LeashedProgram
{
    /// <summary>In bytes. An answer has a few hundred.</summary>
    public const int MostOutput = 1 << 20;

    /// <summary>In bytes; the rest is read and dropped.</summary>
    private const int MostErrors = 4 << 10;

    /// <summary>More than the kernel needs to end a process group.</summary>
    private static readonly TimeSpan ToDie = TimeSpan.FromSeconds(20);

    private static readonly string Leash = ProcessScope.Script("leash.sh", "AdapterPrograms");

    /// <param name="program">Absolute path. Its folder is the working directory.</param>
    /// <param name="bound">Real time.</param>
    /// <exception cref="HostException">It cannot be started, or not be killed.</exception>
    public static async Task<ProgramEnd> RunAsync(string program, ReadOnlyMemory<byte> input, TimeSpan bound, TimeProvider time, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(bound, time);
        using var tooMuch = new CancellationTokenSource();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, tooMuch.Token);
        using var undead = new CancellationTokenSource(bound + ToDie, time);
        using MemoryStream output = new(), errors = new();
        try
        {
            var ended = await Cli.Wrap("setsid")
                .WithArguments(["sh", "-c", Leash, "sh", input.Length.ToString(CultureInfo.InvariantCulture), program])
                .WithWorkingDirectory(Path.GetDirectoryName(program)!)
                .WithValidation(CommandResultValidation.None)
                .WithStandardInputPipe(PipeSource.Create((stdin, ended) => HoldAsync(stdin, input, time, over.Token, ended)))
                .WithStandardOutputPipe(PipeTarget.Create((stdout, stop) => KeepAsync(stdout, output, MostOutput, tooMuch, stop)))
                .WithStandardErrorPipe(PipeTarget.Create((stderr, stop) => KeepAsync(stderr, errors, MostErrors, null, stop)))
                .ExecuteAsync(undead.Token);
            cancellation.ThrowIfCancellationRequested();
            var stopped = tooMuch.IsCancellationRequested ? $"printed more than {MostOutput} bytes" : late.IsCancellationRequested ? $"did not end within {bound.TotalSeconds:0.##} s" : null;
            return new(ended.ExitCode, output.ToArray(), Encoding.UTF8.GetString(errors.ToArray()).Trim(), stopped);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HostException($"{program} was killed after {bound.TotalSeconds:0.##} s and did not end; see what it waits for (ps -o stat,wchan,args)", e);
        }
        catch (Win32Exception e)
        {
            throw new HostException($"cannot start {program}: {e.Message}; install setsid (package util-linux)", e);
        }
    }

    /// <summary>Gives the program its input, and holds the leash until it has ended or must.</summary>
    private static async Task HoldAsync(Stream stdin, ReadOnlyMemory<byte> input, TimeProvider time, CancellationToken over, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, ended);
        try
        {
            await stdin.WriteAsync(input, either.Token);
            await stdin.FlushAsync(either.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            // The stream is closed next, which is what ends the program.
        }
    }

    /// <param name="full">Cancelled when there is more; <see langword="null"/>: the rest does not matter.</param>
    private static async Task KeepAsync(Stream from, MemoryStream kept, int most, CancellationTokenSource? full, CancellationToken stop)
    {
        var buffer = new byte[8 << 10];
        while (await from.ReadAsync(buffer, stop) is > 0 and var read)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, most - kept.Length));
            if (read > 0 && kept.Length == most && full is not null)
                await full.CancelAsync();
        }
    }
}
