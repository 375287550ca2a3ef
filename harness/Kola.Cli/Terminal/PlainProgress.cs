using Kola.Results;
using Kola.Results.Events;

namespace Kola.Cli.Terminal;

/// <summary>One line an event, for logs and pipes: time since the start, scenario, what happened.</summary>
internal sealed class PlainProgress(TextWriter output, bool verbose) : IRunProgress
{
    private readonly RunForecast forecast = new();
    private DateTimeOffset? start;

    public void Show(RunEvent record)
    {
        start ??= record.At;
        forecast.Take(record);
        var line = record switch
        {
            RunPlanned e => $"run {e.Run}: {Count(e.Scenarios.Count, "scenario")} on {e.Host.Accelerator} ({e.Host.AcceleratorReason}), QEMU {e.Host.QemuVersion}, seed {e.Seed}{string.Concat(e.Notes.Select(note => $"\n{note}"))}{Order(e)}",
            AdmissionAwaited e => $"{e.Scenario}: {e.Detail}",
            AttemptStarted e => $"{e.Scenario}: started" + (e.Attempt > 1 ? $" (attempt {e.Attempt})" : ""),
            MachineChanged e when verbose || e.State is "ready" or "died" => $"{e.Scenario}: {e.Machine} {e.State}{After(e.Detail)}",
            MachineOrigin e when verbose => $"{e.Scenario}: {e.Machine} {e.Path}{After(e.Reason)}{(e.State is null ? "" : $" [{Wording.Digest(e.State)}]")}",
            StepStarted e when verbose => $"{e.Scenario}: step {e.Step} {e.Title}",
            // Why a step failed is told once, in full, at the end of its attempt.
            StepFinished e when e.Outcome != Outcome.Passed => $"{e.Scenario}: step {e.Step} {Wording.Of(e.Outcome)} after {Wording.Seconds(e.Seconds)}",
            StepFinished e when verbose => $"{e.Scenario}: step {e.Step} passed after {Wording.Seconds(e.Seconds)}{After(e.Detail)}",
            ConsoleFault e => $"{e.Scenario}: {e.Machine} console {e.Fault}{(e.Allowed ? " (allowed)" : "")}: {e.Line}",
            AttemptFinished e => $"{e.Scenario}: {Wording.Of(e.Outcome).ToUpperInvariant()} in {Wording.Seconds(e.Seconds)}{After(Wording.Reason(e))}{(e.Reproduce is null ? "" : $"\n{Indent}reproduce: {e.Reproduce}")}{(forecast.Planned > 1 ? $"\n{forecast.Tell(e.At)}" : "")}",
            _ => null,
        };
        if (line is not null)
            output.WriteLine($"{Clock(record.At - start.Value)} {line.Replace("\n", "\n" + Indent)}");
    }

    public bool TellsReasons => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal const string Indent = "        ";

    internal static string Clock(TimeSpan time) => $"{(int)time.TotalMinutes,3}:{time.Seconds:00}.{time.Milliseconds / 100}";

    private static string Order(RunPlanned plan) => plan.Scenarios.Count < 2 ? ""
        : $"\norder: {string.Join(", ", plan.Scenarios.Select(s => s.ExpectedSeconds is { } seconds ? $"{s.Id} (~{Wording.Seconds(seconds)})" : s.Id))}";

    internal static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string After(string? detail) => string.IsNullOrEmpty(detail) ? "" : $": {detail}";
}
