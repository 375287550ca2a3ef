using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>What all attempts of one scenario, in all runs, come to.</summary>
/// <param name="Tried">Whether at least one attempt finished by itself, and the log of it can be believed.</param>
internal sealed record History(GateResult Result, string? Reason, bool Tried, IReadOnlyList<JudgedAttempt> Attempts)
{
    /// <param name="planned">Where it was planned, a run after the one it resumes.</param>
    public static History Of(ExpectedScenario scenario, (RecordedRun Run, PlannedScenario Plan)[] planned, GateRequest request)
    {
        var readings = planned.Select(p => AttemptReading.Of(p.Run, p.Plan)).ToArray();
        JudgedAttempt[] all = [.. readings.SelectMany(r => r.Attempts)];
        // What a stop cut off, or kept from being tried, stays in the history; it counts only where no later run tried again.
        JudgedAttempt[] kept = [.. readings.SkipLast(1).SelectMany(r => r.Attempts).Where(a => a.Outcome is not (null or Outcome.Interrupted or Outcome.NotProven)), .. readings.TakeLast(1).SelectMany(r => r.Attempts)];
        History NotProven(string reason) => new(GateResult.NotProven, reason, Tried: false, all);

        if (planned is [])
            return NotProven("not in any run's plan, so it was not tried");
        if (planned.FirstOrDefault(p => p.Plan.Sha256 != scenario.Sha256) is { Run: not null })
            return NotProven($"{scenario.File} has changed since it ran; run again");
        if (Repeated(planned) is { } repeated)
            return NotProven(repeated);
        if (readings.Where((r, i) => r.Objection is not null && !(i < readings.Length - 1 && r.Attempts is [.., { Outcome: null }])).FirstOrDefault() is { } odd)
            return NotProven(odd.Objection!);
        if (kept is [])
            return NotProven(planned[^1].Plan.NotApplicable is { } told ? $"it was skipped as not applicable ({told}), but applies to this candidate; run it again" : "it was planned and did not run");
        if (kept.Count(a => a.Outcome != Outcome.Passed) > request.Policy.Retries && kept[^1].Outcome == Outcome.Passed)
            return NotProven($"it passed only at attempt {kept.Length}, and the policy allows {request.Policy.Retries + 1}");
        if (kept[^1].Outcome == Outcome.Passed && SweepReading.Objection(planned.Last(p => p.Run.Name == kept[^1].Run).Run, scenario.Id, kept[^1].Number, request.Policy.MinSweptPercent) is { } little)
            return NotProven(little);
        return Sum(kept, all);
    }

    private static History Sum(JudgedAttempt[] kept, JudgedAttempt[] all)
    {
        var missed = kept.Where(a => a.Outcome != Outcome.Passed).ToArray();
        var tried = kept.Any(a => a.Outcome is Outcome.Passed or Outcome.Failed or Outcome.Infrastructure);
        if (missed is [])
            return new(GateResult.Passed, null, tried, all);
        if (kept[^1].Outcome == Outcome.Passed)
            return new(GateResult.Flaky, $"passed only at attempt {kept.Length}; before: {missed[^1].Reason ?? Word(missed[^1].Outcome)}", tried, all);
        var failed = missed.LastOrDefault(a => a.Outcome == Outcome.Failed);
        return failed is not null
            ? new(GateResult.Failed, failed.Reason ?? "it failed", tried, all)
            : new(GateResult.NotProven, $"{Word(missed[^1].Outcome)}: {missed[^1].Reason ?? "no reason is recorded"}", tried, all);
    }

    /// <summary>A scenario is in two runs only where the second goes on from the first.</summary>
    private static string? Repeated((RecordedRun Run, PlannedScenario Plan)[] planned)
    {
        foreach (var (before, after) in planned.Zip(planned.Skip(1)))
            if (after.Run.Plan!.Resumes != before.Run.Plan!.Run)
                return $"it is in two runs, {before.Run.Name} and {after.Run.Name}, and neither resumes the other: one could hide what the other found";
        return null;
    }

    private static string Word(Outcome? outcome) => outcome is { } ended ? Wording.Of(ended) : "not finished";
}
