using Kola.Machines.Host;
using Kola.Results.Events;
using Kola.Results.Sweeps;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Live;

/// <summary>Makes an attempt's records, so that nobody else repeats which scenario and attempt they belong to.</summary>
/// <remarks>An attempt that ends has begun, and after its end there is nothing: what was given up may go on for a while.</remarks>
internal sealed class AttemptLog(Action<RunEvent> record, string scenario, int attempt) : IServiceEvents
{
    private bool booted;
    private int started;
    private int finished;

    /// <summary>How its machines came up, over all of them: <c>cold</c>, <c>clone</c>, <c>fork</c> or <c>shared</c>. One that booted to make a template took the time of a boot.</summary>
    public string Path { get; private set; } = "cold";

    /// <summary>Takes over a record about machines that were brought up for another attempt and serve this one now.</summary>
    public void Adopt(RunEvent what)
    {
        if (what is not AttemptEvent one)
            return;
        if (one is MachineOrigin origin)
            Came(origin.Path);
        Write(one with { Scenario = scenario, Attempt = attempt });
    }

    public void AdmissionAwaited(string detail) => Write(new AdmissionAwaited { Scenario = scenario, Detail = detail });

    public void Started()
    {
        if (Interlocked.Exchange(ref started, 1) == 0)
            record(new AttemptStarted { Scenario = scenario, Attempt = attempt });
    }

    public void Machine(string machine, string state, string? detail = null) =>
        Write(new MachineChanged { Scenario = scenario, Attempt = attempt, Machine = machine, State = state, Detail = detail });

    public void Origin(string machine, string path, string? reason, string? state)
    {
        Came(path);
        Write(new MachineOrigin { Scenario = scenario, Attempt = attempt, Machine = machine, Path = path, Reason = reason, State = state });
    }

    public void ReleaseBooted(string machine, string release, string? slot, string path, IReadOnlyDictionary<string, int> starts, IReadOnlyList<string> proof) => Write(new ReleaseBooted
    {
        Scenario = scenario,
        Attempt = attempt,
        Machine = machine,
        Release = release,
        Slot = slot,
        Path = path,
        Starts = starts,
        Proof = proof,
    });

    public void UpdateSwept(string machine, SweepSummary summary) => Write(new UpdateSwept
    {
        Scenario = scenario,
        Attempt = attempt,
        Machine = machine,
        From = summary.Old,
        To = summary.New,
        States = summary.States,
        Classes = summary.Classes.Count,
        Tried = summary.Classes.Count(one => one.Booted is not null),
    });

    public void NetworkChanged(string network, IReadOnlyList<IReadOnlyList<string>>? partition, IReadOnlyList<string> faults) =>
        Write(new NetworkChanged { Scenario = scenario, Attempt = attempt, Network = network, Partition = partition, Faults = faults });

    public void WatchStarted(string watch, IReadOnlyList<WatchedMachine> machines, int atMostDown, TimeSpan? writesWithin) => Write(new WatchStarted
    {
        Scenario = scenario,
        Attempt = attempt,
        Watch = watch,
        Machines = machines,
        AtMostDown = atMostDown,
        WritesWithin = writesWithin is { } within ? Round(within) : null,
    });

    /// <param name="failure">Why it did not succeed; <see langword="null"/>: it did.</param>
    public void WriteTried(string watch, string machine, string value, TimeSpan took, string? failure) => Write(new WriteTried
    {
        Scenario = scenario,
        Attempt = attempt,
        Watch = watch,
        Machine = machine,
        Value = value,
        Succeeded = failure is null,
        Seconds = Round(took),
        Detail = failure,
    });

    public void LockDecided(string server, string group, string client, bool holds) =>
        Write(new LockDecided { Scenario = scenario, Attempt = attempt, Server = server, Group = group, Client = client, Holds = holds });

    public void WatchEnded(string watch, string? broken, int writes, int failed, TimeSpan longestGap) => Write(new WatchEnded
    {
        Scenario = scenario,
        Attempt = attempt,
        Watch = watch,
        Broken = broken,
        Writes = writes,
        FailedWrites = failed,
        LongestGap = Round(longestGap),
    });

    public void ConsoleFault(string machine, string fault, string line, bool allowed) =>
        Write(new ConsoleFault { Scenario = scenario, Attempt = attempt, Machine = machine, Fault = fault, Line = line, Allowed = allowed });

    public void StepStarted(int step, string kind, string title, string? machine, string? location) =>
        Write(new StepStarted { Scenario = scenario, Attempt = attempt, Step = step, Kind = kind, Title = title, Machine = machine, Location = location });

    public void StepFinished(int step, Outcome outcome, TimeSpan took, string? detail) =>
        Write(new StepFinished { Scenario = scenario, Attempt = attempt, Step = step, Outcome = outcome, Seconds = Round(took), Detail = detail });

    /// <param name="step">The step that comes next; <see langword="null"/>: the scenario has ended.</param>
    public void Held(int? step, string? title) => Write(new AttemptHeld { Scenario = scenario, Attempt = attempt, Step = step, Title = title });

    public void Released(TimeSpan held) => Write(new AttemptReleased { Scenario = scenario, Attempt = attempt, Seconds = Round(held) });

    public AttemptFinished Finished(Outcome outcome, TimeSpan took, string? reason, string? reproduce, IReadOnlyList<string> files, (string Machine, Starvation Share)? load = null, FailureCause? cause = null)
    {
        Started();
        var end = new AttemptFinished
        {
            Scenario = scenario,
            Attempt = attempt,
            Outcome = outcome,
            Seconds = Round(took),
            Reason = reason,
            Cause = cause,
            Reproduce = reproduce,
            Starvation = load is (var machine, { } share)
                ? new(machine, Round(share.Window), Math.Round(share.WaitShare, 3), Math.Round(share.ProcessorPressure, 3), Math.Round(share.MemoryPressure, 3)) : null,
            Files = files,
        };
        if (Interlocked.Exchange(ref finished, 1) == 0)
            record(end);
        return end;
    }

    private void Came(string path)
    {
        booted |= path == "cold";
        Path = booted ? "cold" : path;
    }

    private void Write(RunEvent what)
    {
        // No lock: whoever follows the run is called from here, and may stop it, which other records follow.
        if (Volatile.Read(ref finished) == 0)
            record(what);
    }

    private static double Round(TimeSpan took) => Math.Round(took.TotalSeconds, 3);
}
