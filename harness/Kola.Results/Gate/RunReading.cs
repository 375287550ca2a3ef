using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>What is wrong with the runs as a whole, whatever their scenarios came to: a wrong run proves nothing.</summary>
internal static class RunReading
{
    /// <summary>Every objection, as a sentence.</summary>
    public static IEnumerable<string> Objections(GateRequest request)
    {
        if (request.Runs.Count == 0)
            return ["no run to judge; make one with kola gate, or name runs with --from"];
        return
        [
            .. request.Runs.SelectMany(run => OfOne(run, request).Select(objection => $"run {run.Name}: {objection}")),
            .. Together(request),
            .. Shards(request),
        ];
    }

    private static IEnumerable<string> OfOne(RecordedRun run, GateRequest request)
    {
        if (run.Damage is not null)
        {
            yield return run.Damage;
            yield break;
        }

        if (run.Plan is not { } plan)
        {
            yield return "its log does not start with a plan";
            yield break;
        }

        if (run.Events.Skip(1).Any(e => e is RunPlanned) || run.Events.SkipLast(1).Any(e => e is RunFinished))
            yield return "its log has more than one start or end";
        if (run.Events.Where((e, i) => e.Seq != i + 1).Any())
            yield return "its records are not numbered consecutively: the log was altered";
        // A shard has nothing where there are fewer scenarios.
        if (plan is { Scenarios.Count: 0, Shard: null })
            yield return "it planned nothing";
        foreach (var twice in plan.Scenarios.CountBy(s => s.Id).Where(s => s.Value > 1))
            yield return $"it planned '{twice.Key}' {twice.Value} times";
        if (run.Events[^1] is RunFinished { LimitSeconds: { } limit })
            yield return $"it was stopped at the policy's maximum duration ({limit / 60:0.#} min) before every scenario had ended; raise max-duration, or share the scenarios among machines (--shard), and run again";
        else if (!run.Ended && !request.Runs.Any(other => other.Plan?.Resumes == plan.Run))
            yield return $"{(run.Events[^1] is RunFinished ? "it was interrupted" : "it did not finish")}; resume with kola gate --resume {run.Name}";
        var ids = plan.Scenarios.Select(s => s.Id).ToHashSet();
        if (run.Events.OfType<ScenarioEvent>().FirstOrDefault(e => !ids.Contains(e.Scenario)) is { Scenario: var stray })
            yield return $"its log has records of '{stray}', which it did not plan";
        foreach (var objection in Times(run, request))
            yield return objection;
    }

    private static IEnumerable<string> Times(RecordedRun run, GateRequest request)
    {
        var (first, last) = (run.Events.Min(e => e.At), run.Events.Max(e => e.At));
        if (last > request.Now + GatePolicy.ClockTolerance)
            yield return $"it has a record of {Stamp(last)}, which is in the future (now: {Stamp(request.Now)}); correct the clock that is wrong, and run again";
        if (run.Events.Zip(run.Events.Skip(1)).FirstOrDefault(pair => pair.Second.At < pair.First.At - GatePolicy.ClockTolerance) is { First: { } before, Second: { } after })
            yield return $"the clock went back from {Stamp(before.At)} to {Stamp(after.At)} between its records {before.Seq} and {after.Seq}";
        if (request.Now - first > request.Policy.MaxAge)
            yield return $"it started {Stamp(first)}, and the policy accepts runs of the last {request.Policy.MaxAge.TotalDays:0.#} days; run again";
        if (last - first - Kept(run) is var took && took > request.Policy.MaxDuration && run.Events[^1] is not RunFinished { LimitSeconds: not null })
            yield return $"it took {took.TotalMinutes:0} min, and the policy allows {request.Policy.MaxDuration.TotalMinutes:0} min";
    }

    /// <summary>How long machines were kept for a person after their scenario had ended: that is no time that the run took.</summary>
    private static TimeSpan Kept(RecordedRun run)
    {
        var (kept, since) = (TimeSpan.Zero, (DateTimeOffset?)null);
        foreach (var record in run.Events)
        {
            if (record is AttemptHeld { Step: null })
                since = record.At;
            if (record is AttemptReleased && since is { } at)
                (kept, since) = (kept + (record.At - at), null);
        }

        return kept;
    }

    private static IEnumerable<string> Together(GateRequest request)
    {
        var plans = request.Runs.Select(run => run.Plan).OfType<RunPlanned>().ToArray();
        foreach (var twice in plans.CountBy(p => p.Run).Where(r => r.Value > 1))
            yield return $"run {twice.Key} is given {twice.Value} times; expected once";
        if (plans.Select(p => p.Kola).Distinct().Count() > 1)
            yield return $"the runs were made by different versions of Kola: {string.Join(", ", plans.Select(p => p.Kola).Distinct())}; use one version";
        foreach (var image in plans.SelectMany(p => p.Scenarios).SelectMany(s => s.Images).GroupBy(i => i.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var digests = image.Select(i => i.Sha256).Distinct().ToArray();
            if (request.Images.TryGetValue(image.Key, out var asked) && digests.FirstOrDefault(d => d != asked) is { } other)
                yield return $"image {image.Key} has digest {Wording.Digest(other)}, but the one to judge has {Wording.Digest(asked)}; run again with the one to judge";
            else if (digests.Length > 1)
                yield return $"image {image.Key} was not the same in all runs: {string.Join(", ", digests.Select(Wording.Digest))}";
            if (image.Select(i => i.AdapterSha256).Distinct().ToArray() is { Length: > 1 } adapters)
                yield return $"the adapter program of image {image.Key} was not the same in all runs: {string.Join(", ", adapters.Select(digest => digest is null ? "none" : Wording.Digest(digest)))}; run again with one";
        }
    }

    private static IEnumerable<string> Shards(GateRequest request)
    {
        var plans = request.Runs.Select(run => run.Plan).OfType<RunPlanned>().Where(p => p.Shard is not null).ToArray();
        if (plans is [] || request.Part is not null)
            yield break;
        var counts = plans.Select(p => p.Shard!.Count).Distinct().ToArray();
        if (counts is not [var count])
        {
            yield return $"the runs are shards of different numbers ({string.Join(", ", counts.Order())}); use the same number for all";
            yield break;
        }

        // One sentence: of dozens of shards several can be lost.
        int[] missing = [.. Enumerable.Range(1, count).Except(plans.Select(p => p.Shard!.Index))];
        if (missing is [var only])
            yield return $"shard {only}/{count} is missing; add its run with --from";
        else if (missing is not [])
            yield return $"{missing.Length} of {count} shards are missing: {string.Join(", ", missing)}; add their runs with --from";
    }

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");
}
