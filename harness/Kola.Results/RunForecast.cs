using Kola.Results.Events;

namespace Kola.Results;

/// <summary>How far a run is, and when it will end: from its plan's expected durations and from what has ended so far. Fed with the run's records in order.</summary>
/// <remarks>What nobody has measured counts as the mean of what was. The rest of the work is shared by as many scenarios as have run at once on average.</remarks>
public sealed class RunForecast
{
    private readonly Dictionary<string, double?> expected = [];
    private readonly Dictionary<string, DateTimeOffset> running = [];
    private readonly Dictionary<string, double> ended = [];
    private DateTimeOffset? begun;

    /// <summary>Scenarios that have ended, in whatever way.</summary>
    public int Done => ended.Count;

    /// <summary>Scenarios that run now.</summary>
    public int Running => running.Count;

    /// <summary>Scenarios that have not started.</summary>
    public int Waiting => expected.Keys.Count(id => !ended.ContainsKey(id) && !running.ContainsKey(id));

    /// <summary>All that the run tries.</summary>
    public int Planned => expected.Count;

    /// <summary>Takes the next record.</summary>
    public void Take(RunEvent record)
    {
        switch (record)
        {
            case RunPlanned plan:
                foreach (var scenario in plan.Scenarios.Where(scenario => scenario.NotApplicable is null))
                    expected[scenario.Id] = scenario.ExpectedSeconds;
                break;
            case AttemptStarted attempt:
                begun ??= attempt.At;
                // What is tried again is not done.
                ended.Remove(attempt.Scenario);
                running[attempt.Scenario] = attempt.At;
                break;
            case AttemptFinished attempt:
                running.Remove(attempt.Scenario);
                ended[attempt.Scenario] = attempt.Seconds;
                break;
        }
    }

    /// <summary>Time to the end, roughly; <see langword="null"/>: nothing has been measured yet.</summary>
    public TimeSpan? Left(DateTimeOffset now)
    {
        double[] measured = [.. expected.Select(scenario => ended.TryGetValue(scenario.Key, out var took) ? took : scenario.Value).OfType<double>()];
        if (measured.Length == 0 || begun is not { } start)
            return null;
        double Expected(string id) => expected.GetValueOrDefault(id) ?? measured.Average();
        // A scenario that takes longer than last time is not over yet.
        double[] rest =
        [
            .. running.Select(attempt => Math.Max(Expected(attempt.Key) - (now - attempt.Value).TotalSeconds, Expected(attempt.Key) / 10)),
            .. expected.Keys.Where(id => !ended.ContainsKey(id) && !running.ContainsKey(id)).Select(Expected),
        ];
        var spent = ended.Values.Sum() + running.Values.Sum(since => (now - since).TotalSeconds);
        var atOnce = Math.Max(1, spent / Math.Max(1, (now - start).TotalSeconds));
        return TimeSpan.FromSeconds(rest.Length == 0 ? 0 : Math.Max(rest.Max(), rest.Sum() / atOnce));
    }

    /// <summary>For people: <c>12 of 61 done, 2 running, 47 waiting, about 38 min left</c>.</summary>
    public string Tell(DateTimeOffset now)
    {
        var left = Left(now) switch
        {
            null => "",
            { TotalMinutes: < 1 } => ", less than a minute left",
            { TotalHours: < 2 } time => $", about {Math.Ceiling(time.TotalMinutes):0} min left",
            { } time => $", about {time.TotalHours:0.#} h left",
        };
        return FormattableString.Invariant($"{Done} of {Planned} done, {Running} running{(Waiting > 0 ? $", {Waiting} waiting" : "")}{(Done == Planned ? "" : left)}");
    }
}
