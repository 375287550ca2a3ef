using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;
using Kola.Tests.Results.Gate;
using Microsoft.Extensions.Time.Testing;

namespace Kola.Tests.Results.Stories;

/// <summary>A run's folder with one scenario of every kind of end, and files of its attempts.</summary>
internal sealed class RecordedFolder : IDisposable
{
    /// <summary>A screenshot: the smallest PNG there is.</summary>
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    private readonly TemporaryFolder folder = new();

    private RecordedFolder()
    {
    }

    public string Path => folder["run-1"];

    public static QuarantineEntry Quarantine { get; } = new()
    {
        Scenario = "update.bad",
        Reason = "the loader is slow",
        Tracker = "https://tracker.example/17",
        Owner = "the boot team",
        From = new(2026, 11, 20),
        Until = new(2026, 11, 30),
    };

    public static async Task<RecordedFolder> MakeAsync()
    {
        var made = new RecordedFolder();
        made.folder.Write("run-1/update.bad/attempt-1/node/console.log", "[    1.0] Kernel panic - not syncing <script>alert(1)</script>\n");
        made.folder.Write("run-1/update.bad/attempt-1/node/screen.png", Convert.FromBase64String(Png));
        var recording = new Recording()
            .Plan(plan => plan with { Scenarios = [.. plan.Scenarios.Select(s => s.Id.StartsWith("boot", StringComparison.Ordinal) ? s with { Matrix = new Dictionary<string, string> { ["tpm"] = "true" } } : s)] },
                "boot.good", "boot.flaky", "update.bad", "update.broken", "update.untried", "update.cut")
            .Attempt("boot.good", 1, Outcome.Passed)
            .Attempt("boot.flaky", 1, Outcome.Failed).Attempt("boot.flaky", 2, Outcome.Passed)
            .Add(new AttemptStarted { Scenario = "update.bad", Attempt = 1 })
            .Add(new StepStarted { Scenario = "update.bad", Attempt = 1, Step = 0, Kind = "machines", Title = "bring up node" })
            .Add(new MachineOrigin { Scenario = "update.bad", Attempt = 1, Machine = "node", Path = "cold", Reason = "boot: cold" })
            .Add(new MachineChanged { Scenario = "update.bad", Attempt = 1, Machine = "node", State = "ready" })
            .Add(new StepFinished { Scenario = "update.bad", Attempt = 1, Step = 0, Outcome = Outcome.Passed, Seconds = 1 })
            .Add(new StepStarted { Scenario = "update.bad", Attempt = 1, Step = 1, Kind = "console", Title = "first", Machine = "node", Location = "scenarios/update/bad.yaml:9:5" })
            .Add(new ConsoleFault { Scenario = "update.bad", Attempt = 1, Machine = "node", Fault = "kernel-panic", Line = "Kernel panic \u0001 <b>&" })
            .Add(new StepFinished { Scenario = "update.bad", Attempt = 1, Step = 1, Outcome = Outcome.Failed, Seconds = 2, Detail = "the console showed | a panic" })
            .Add(new AttemptFinished
            {
                Scenario = "update.bad",
                Attempt = 1,
                Outcome = Outcome.Failed,
                Seconds = 5,
                Reason = "node: kernel-panic on the console:\nKernel panic \u0001 <b>&",
                Reproduce = "ci/kola run 'update.bad' --seed 7",
                Files = ["update.bad/attempt-1/node/console.log", "update.bad/attempt-1/node/screen.png"],
            })
            .Attempt("update.broken", 1, Outcome.Infrastructure)
            .Add(new AttemptStarted { Scenario = "update.cut", Attempt = 1 })
            .End(interrupted: true);
        await using var log = new EventLog(System.IO.Path.Combine(made.Path, EventLog.FileName), new FakeTimeProvider(Recording.Noon) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });
        foreach (var record in recording.Run.Events)
            log.Write(record);
        return made;
    }

    public RunStory Story => RunStory.Read(Path);

    public void Dispose() => folder.Dispose();
}
