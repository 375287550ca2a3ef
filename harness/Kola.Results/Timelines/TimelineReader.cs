using Kola.Results.Events;

namespace Kola.Results.Timelines;

/// <summary>Reads the timeline of an attempt out of a run's records.</summary>
public sealed class TimelineReader
{
    private readonly List<AttemptEvent> records;
    private readonly DateTimeOffset stop;
    private readonly Dictionary<string, string> clients;

    private TimelineReader(List<AttemptEvent> records)
    {
        this.records = records;
        stop = records[^1].At;
        clients = Watched.Where(machine => machine.Client is not null)
            .GroupBy(machine => machine.Client!).ToDictionary(group => group.Key, group => group.First().Name);
    }

    /// <summary>In the order of the scenario's definition.</summary>
    private IEnumerable<WatchedMachine> Watched => records.OfType<WatchStarted>().SelectMany(watch => watch.Machines);

    /// <summary>The timelines of all attempts that watched a cluster.</summary>
    public static IReadOnlyList<Timeline> OfClusters(IReadOnlyList<RunEvent> events) => [.. OfAttempts(events).Where(timeline => timeline.Watches is not [])];

    /// <summary>The timelines of all attempts.</summary>
    public static IReadOnlyList<Timeline> OfAttempts(IReadOnlyList<RunEvent> events)
    {
        var summaries = events.OfType<RunPlanned>().SelectMany(plan => plan.Scenarios).DistinctBy(plan => plan.Id).ToDictionary(plan => plan.Id, plan => plan.Summary);
        return
        [
            .. events.OfType<AttemptEvent>().GroupBy(record => (record.Scenario, record.Attempt))
                .Select(attempt => new TimelineReader([.. attempt]).Read() with { Summary = summaries.GetValueOrDefault(attempt.Key.Scenario, "") }),
        ];
    }

    private Timeline Read()
    {
        var finished = records.OfType<AttemptFinished>().FirstOrDefault();
        return new()
        {
            Scenario = records[0].Scenario,
            Attempt = records[0].Attempt,
            Start = records[0].At,
            Stop = stop,
            Outcome = finished?.Outcome,
            Reason = finished?.Reason,
            Machines = [.. Watched.Select(machine => machine.Name).Union(records.OfType<MachineChanged>().Select(change => change.Machine)).Select(Lane)],
            Watches = [.. records.OfType<WatchStarted>()],
            Writes = [.. records.OfType<WriteTried>()],
            Networks = [.. Networks()],
            Steps = [.. Steps()],
            Broken = [.. records.OfType<WatchEnded>().Where(watch => watch.Broken is not null)],
        };
    }

    private MachineLane Lane(string machine) => new(machine, [.. States(machine)], [.. Held(machine)]);

    private IEnumerable<StateSpan> States(string machine)
    {
        (DateTimeOffset From, LaneState State)? current = null;
        foreach (var change in records.OfType<MachineChanged>().Where(change => change.Machine == machine))
        {
            if (StateAfter(change.State) is not { } next || current?.State == next)
                continue;
            if (current is { } before)
                yield return Span(machine, before.From, change.At, before.State);
            current = (change.At, next);
        }

        if (current is { } last)
            yield return Span(machine, last.From, stop, last.State);
    }

    /// <summary><see langword="null"/>: it changes nothing.</summary>
    private static LaneState? StateAfter(string change) => change switch
    {
        "started" or "reset" => LaneState.Booting,
        "resumed" or "up" or "ready" => LaneState.Up,
        "shutdown" or "stopped" or "died" => LaneState.Off,
        _ => null,
    };

    private StateSpan Span(string machine, DateTimeOffset from, DateTimeOffset to, LaneState state) =>
        new(from, to, state, state is LaneState.Up ? Release(machine, from, to) : null);

    /// <summary>It is asked for its release after it has come up, and told of again only when it comes up once more.</summary>
    private string? Release(string machine, DateTimeOffset from, DateTimeOffset to) =>
        records.OfType<ReleaseBooted>().FirstOrDefault(booted => booted.Machine == machine && booted.At >= from && booted.At <= to)?.Release
        ?? records.OfType<WatchStarted>().Where(watch => watch.At >= from && watch.At <= to)
            .SelectMany(watch => watch.Machines).FirstOrDefault(watched => watched.Name == machine)?.Release;

    private IEnumerable<TimelineSpan> Held(string machine)
    {
        var open = new Dictionary<(string Server, string Group), DateTimeOffset>();
        foreach (var decided in records.OfType<LockDecided>().Where(decided => clients.GetValueOrDefault(decided.Client) == machine))
        {
            if (decided.Holds)
                open.TryAdd((decided.Server, decided.Group), decided.At);
            else if (open.Remove((decided.Server, decided.Group), out var since))
                yield return new(since, decided.At, decided.Group);
        }

        foreach (var ((_, group), since) in open)
            yield return new(since, stop, group);
    }

    private IEnumerable<TimelineSpan> Networks()
    {
        var open = new Dictionary<string, NetworkChanged>();
        foreach (var change in records.OfType<NetworkChanged>())
        {
            if (open.Remove(change.Network, out var before))
                yield return new(before.At, change.At, Wording.Conditions(before));
            if (change.Partition is not null || change.Faults is not [])
                open[change.Network] = change;
        }

        foreach (var last in open.Values)
            yield return new(last.At, stop, Wording.Conditions(last));
    }

    private IEnumerable<TimelineStep> Steps() => records.OfType<StepStarted>().GroupBy(step => step.Step).Select(step =>
    {
        var ends = records.OfType<StepFinished>().Where(finished => finished.Step == step.Key).ToList();
        return new TimelineStep(step.Key, step.First().Title, step.First().At, ends is [.., var end] ? end.At : stop, ends is [.., var last] ? last.Outcome : null);
    });
}
