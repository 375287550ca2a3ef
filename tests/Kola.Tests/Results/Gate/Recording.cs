using Kola.Results.Events;
using Kola.Results.Gate;

namespace Kola.Tests.Results.Gate;

/// <summary>Makes event records as the engine writes them, numbered and dated, without an engine.</summary>
internal sealed class Recording
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly List<RunEvent> events = [];
    private readonly string run;
    private DateTimeOffset at = Noon;

    public Recording(string run = "run-1") => this.run = run;

    public static ExpectedScenario Expected(string id) => new()
    {
        Id = id,
        Name = id.Split('[')[0],
        File = $"scenarios/{id.Split('[')[0].Replace('.', '/')}.yaml",
        Sha256 = $"digest of {id}",
        Tags = ["release"],
        Images = ["os:1"],
    };

    public static GatePolicy Policy { get; } = new()
    {
        Required = [new() { Place = "ci/gate.yaml:3:5", Paths = ["scenarios"] }],
        MaxAge = TimeSpan.FromDays(14),
        MaxDuration = TimeSpan.FromHours(6),
        MaxQuarantine = TimeSpan.FromDays(30),
        Sha256 = "digest of the policy",
    };

    public static PlannedScenario Planned(string id) => new()
    {
        Id = id,
        Name = Expected(id).Name,
        Summary = "A scenario of a test",
        File = Expected(id).File,
        Sha256 = Expected(id).Sha256,
        Tags = ["release"],
        Images = [new("os:1", "digest of os:1", "1")],
        Steps = ["first", "second"],
    };

    public Recording Plan(params IEnumerable<string> ids) => Plan(plan => plan, ids);

    public Recording Plan(Func<RunPlanned, RunPlanned> with, params IEnumerable<string> ids) => Add(with(new RunPlanned
    {
        Run = run,
        Kola = "1.0",
        Seed = 7,
        Host = new() { Accelerator = "kvm", AcceleratorReason = "test", QemuVersion = "10.0", Cpus = 2, MemoryBytes = 1 << 30 },
        Scenarios = [.. ids.Select(Planned)],
    }));

    public Recording Attempt(string id, int number, Outcome outcome)
    {
        Add(new AttemptStarted { Scenario = id, Attempt = number });
        Step(id, number, 0, "bring up node", Outcome.Passed);
        Step(id, number, 1, "first", Outcome.Passed);
        Step(id, number, 2, "second", outcome);
        return Add(new AttemptFinished { Scenario = id, Attempt = number, Outcome = outcome, Seconds = 4, Reason = outcome == Outcome.Passed ? null : $"second: {outcome} as scripted" });
    }

    public Recording Step(string id, int attempt, int step, string title, Outcome outcome)
    {
        Add(new StepStarted { Scenario = id, Attempt = attempt, Step = step, Kind = "run", Title = title });
        return Add(new StepFinished { Scenario = id, Attempt = attempt, Step = step, Outcome = outcome, Seconds = 1 });
    }

    public Recording End(bool interrupted = false, double? limit = null) => Add(new RunFinished { Seconds = 9, Interrupted = interrupted, LimitSeconds = limit });

    public Recording Add(RunEvent record)
    {
        at += TimeSpan.FromSeconds(1);
        events.Add(record with { Seq = events.Count + 1, At = at });
        return this;
    }

    public RecordedRun Run => Of(run, events);

    public static RecordedRun Of(string name, IEnumerable<RunEvent> events) => new() { Name = name, Events = [.. events] };

    /// <summary>The events numbered anew: what a forger would do who cannot mend the sums.</summary>
    public static RecordedRun Renumbered(string name, IEnumerable<RunEvent> events) => Of(name, events.Select((e, i) => e with { Seq = i + 1 }));

    public static GateRequest Request(IEnumerable<string> expected, params IEnumerable<RecordedRun> runs) => new()
    {
        Policy = Policy,
        Quarantine = [],
        Expected = [.. expected.Select(Expected)],
        Images = new Dictionary<string, string> { ["os:1"] = "digest of os:1" },
        Runs = [.. runs],
        Now = Noon.AddHours(1),
    };
}
