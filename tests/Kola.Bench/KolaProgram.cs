using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Kola.Results.Events;

namespace Kola.Bench;

/// <summary>Kola as a user calls it: <c>ci/kola</c>, which becomes Kola under the same process id.</summary>
internal sealed class KolaProgram(string checkout, string state, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>What a command prints.</summary>
    /// <exception cref="BenchException">It did not end with 0.</exception>
    public async Task<string> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var ended = await Command(arguments).WithStandardErrorPipe(PipeTarget.ToStream(Console.OpenStandardError())).ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, CancellationToken.None, cancellation);
        return ended.IsSuccess ? ended.StandardOutput.Trim() : throw new BenchException($"'kola {string.Join(' ', arguments)}' ended with {ended.ExitCode}: {ended.StandardError.Trim()}");
    }

    /// <summary>Runs scenarios and watches what they cost.</summary>
    /// <param name="look">Called twice a second with the ids of Kola's processes.</param>
    /// <exception cref="BenchException">They did not pass.</exception>
    public async Task<KolaRun> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, Action<IEnumerable<int>>? look = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        List<string> lines = [];
        var complaint = new StringBuilder();
        var seconds = new Dictionary<int, double>();
        var peak = 0L;
        using var running = Command(["run", "--json", .. arguments]).WithEnvironmentVariables(environment ?? new Dictionary<string, string?>())
            .WithStandardOutputPipe(PipeTarget.ToDelegate(lines.Add)).WithStandardErrorPipe(PipeTarget.ToStringBuilder(complaint)).ExecuteAsync(CancellationToken.None, cancellation);
        while (await Task.WhenAny(running.Task, Task.Delay(Interval, time, CancellationToken.None)) != running.Task)
        {
            // The last look at each process counts, also of those that have ended since.
            foreach (var (pid, used) in ProcessTree.ProcessorSeconds(running.ProcessId))
                seconds[pid] = used;
            peak = Math.Max(peak, ProcessTree.ResidentMiB(running.ProcessId));
            look?.Invoke(seconds.Keys);
        }

        if (await running is { IsSuccess: false, ExitCode: var code })
            throw new BenchException($"'kola run {string.Join(' ', arguments)}' ended with {code}:\n{complaint}");
        // The first record is the plan, which names the run.
        var folder = Path.Combine(state, "runs", (string)JsonNode.Parse(lines[0])!["run"]!);
        var own = seconds.GetValueOrDefault(running.ProcessId);
        return new(folder, [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))], own, seconds.Values.Sum() - own, peak);
    }

    /// <summary>Seconds from the start of the program to the answer of the first command in a machine that boots, and the machine's log folder.</summary>
    public async Task<(double Seconds, string Logs)> SpawnAsync(string image, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        double? answered = null;
        var complaint = new StringBuilder();
        // Waits without looking: whoever looks again and again takes the processor from the guest.
        var ended = await Command(["spawn", image, "--command", "echo answered"])
            .WithStandardOutputPipe(PipeTarget.ToDelegate(_ => answered ??= time.GetElapsedTime(start).TotalSeconds)).WithStandardErrorPipe(PipeTarget.ToStringBuilder(complaint)).ExecuteAsync(CancellationToken.None, cancellation);
        return ended.IsSuccess && answered is { } seconds
            ? (Math.Round(seconds, 3), Path.Combine(state, "runs", "latest", "machine"))
            : throw new BenchException($"'kola spawn {image}' ended with {ended.ExitCode} before its command had answered:\n{complaint}");
    }

    /// <summary>Runs a command for another project and watches what it costs. Without <c>ci/kola</c>, which is about its own checkout only, but by what it has built.</summary>
    /// <param name="code">The exit code that is expected of it.</param>
    /// <exception cref="BenchException">It ended with another one.</exception>
    public async Task<(double Seconds, double ProcessorSeconds, long PeakMiB, string Said)> WatchAsync(IReadOnlyList<string> arguments, int code, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellation)
    {
        var said = new StringBuilder();
        var (processor, peak) = (0d, 0L);
        using var running = Cli.Wrap("dotnet").WithArguments([Path.Combine(state, "builds", "current", "kola.dll"), .. arguments]).WithValidation(CommandResultValidation.None)
            .WithEnvironmentVariables(new Dictionary<string, string?>(environment) { ["DOTNET_EnableWriteXorExecute"] = "0" }).WithStandardErrorPipe(PipeTarget.ToStringBuilder(said)).ExecuteAsync(CancellationToken.None, cancellation);
        while (await Task.WhenAny(running.Task, Task.Delay(Interval / 10, time, CancellationToken.None)) != running.Task)
        {
            processor = Math.Max(processor, ProcessTree.ProcessorSeconds(running.ProcessId).GetValueOrDefault(running.ProcessId));
            peak = Math.Max(peak, ProcessTree.PeakMiB(running.ProcessId));
        }

        var ended = await running;
        return ended.ExitCode == code
            ? (ended.RunTime.TotalSeconds, processor, peak, said.ToString())
            : throw new BenchException($"'kola {arguments[0]}' ended with {ended.ExitCode}, and {code} was expected; it said:\n{said}");
    }

    /// <summary>A cancelled command is interrupted, as by Ctrl-C, so that Kola takes its machines down.</summary>
    private Command Command(IEnumerable<string> arguments) =>
        Cli.Wrap(Path.Combine(checkout, "ci", "kola")).WithArguments(arguments).WithWorkingDirectory(checkout).WithValidation(CommandResultValidation.None);
}
