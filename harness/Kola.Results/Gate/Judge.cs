using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>The policy evaluator: a pure function from what was asked and recorded to a verdict. It fails closed.</summary>
public static class Judge
{
    public static Verdict Of(GateRequest request)
    {
        var today = DateOnly.FromDateTime(request.Now.UtcDateTime);
        ScenarioVerdict[] scenarios = [.. Scenarios(request, today)];
        string[] problems =
        [
            .. PolicyProblems(request.Policy, request.Quarantine, request.Expected, request.Now),
            .. RunReading.Objections(request),
            .. TrialReading.Objections(request, scenarios),
        ];
        return new()
        {
            Result = scenarios.Any(s => s.Blocks && s.Result is GateResult.Failed or GateResult.Flaky) ? GateResult.Failed
                : problems is not [] || scenarios.Any(s => s.Blocks) || !scenarios.Any(s => s is { Role: GateRole.Required, Result: not GateResult.NotApplicable }) ? GateResult.NotProven
                : GateResult.Passed,
            Problems = problems,
            Scenarios = scenarios,
            At = request.Now,
        };
    }

    /// <summary>What in policy and quarantine blocks whatever the runs came to. Each begins with the place where it is written, where there is one.</summary>
    public static IEnumerable<string> PolicyProblems(GatePolicy policy, IReadOnlyList<QuarantineEntry> quarantine, IReadOnlyList<ExpectedScenario> expected, DateTimeOffset now)
    {
        if (!expected.Any(s => policy.RoleOf(s) == GateRole.Required))
            yield return "the policy requires no scenario, so it would prove nothing about the release; add some to 'required'";
        foreach (var rule in policy.Required.Concat(policy.Core).Concat(policy.Advisory))
            foreach (var idle in rule.Idle(expected))
                yield return $"{rule.Place}: {idle} of the policy selects no scenario; fix the policy or the scenarios";
        foreach (var entry in quarantine)
        {
            if (entry.Objection(DateOnly.FromDateTime(now.UtcDateTime), policy.MaxQuarantine) is { } objection)
                yield return $"{entry.Place}: the quarantine of '{entry.Scenario}' {objection}";
            if (!expected.Any(s => GateRule.Names(entry.Scenario, s)))
                yield return $"{entry.Place}: the quarantine of '{entry.Scenario}' matches no scenario; fix or remove it";
        }
    }

    private static IEnumerable<ScenarioVerdict> Scenarios(GateRequest request, DateOnly today)
    {
        var planned = request.Runs.SelectMany(run => (run.Plan?.Scenarios ?? []).Select(plan => (Run: run, Plan: plan))).ToLookup(p => p.Plan.Id);
        foreach (var twice in request.Expected.CountBy(s => s.Id).Where(s => s.Value > 1))
            throw new ArgumentException($"scenario '{twice.Key}' is expected {twice.Value} times");
        foreach (var scenario in request.Expected.OrderBy(s => s.Id, StringComparer.Ordinal))
        {
            var role = request.Policy.RoleOf(scenario);
            if (role != GateRole.Unlisted || planned.Contains(scenario.Id))
                yield return One(request, scenario, role, [.. planned[scenario.Id]], today);
        }

        var known = request.Expected.Select(s => s.Id).ToHashSet();
        foreach (var unknown in planned.Where(p => !known.Contains(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal))
            yield return new()
            {
                Id = unknown.Key,
                Role = GateRole.Unlisted,
                Result = GateResult.NotProven,
                Blocks = true,
                Reason = "it ran, but no scenario has this name here: the run was made from other scenario files",
                Attempts = [.. unknown.SelectMany(p => AttemptReading.Of(p.Run, p.Plan).Attempts)],
            };
    }

    private static ScenarioVerdict One(GateRequest request, ExpectedScenario scenario, GateRole role, (RecordedRun Run, PlannedScenario Plan)[] planned, DateOnly today)
    {
        if (request.Lacking(scenario) is { Count: > 0 } lacking)
            return NotApplicable(scenario, role, lacking, planned);
        var history = History.Of(scenario, Ordered(planned), request);
        var quarantine = request.Quarantine.FirstOrDefault(entry =>
            GateRule.Names(entry.Scenario, scenario) && entry.InForce(today) && entry.Objection(today, request.Policy.MaxQuarantine) is null);
        // A quarantine excuses what the scenario came to, not that nobody looked.
        var excused = quarantine is not null && history.Tried;
        return new()
        {
            Id = scenario.Id,
            Role = role,
            Result = history.Result,
            Blocks = role == GateRole.Required && !excused && history.Result switch
            {
                GateResult.Passed or GateResult.NotApplicable => false,
                GateResult.Flaky => request.Policy.FlakyBlocks,
                GateResult.Failed or GateResult.NotProven => true,
            },
            Reason = history.Reason,
            Quarantine = quarantine,
            Images = planned is [.., var last] ? last.Plan.Images : [],
            Attempts = history.Attempts,
        };
    }

    /// <summary>Never a pass. Whether the candidate may lack it is the policy's to say: what it demands blocks by itself.</summary>
    private static ScenarioVerdict NotApplicable(ExpectedScenario scenario, GateRole role, IReadOnlyList<string> lacking, (RecordedRun Run, PlannedScenario Plan)[] planned) => new()
    {
        Id = scenario.Id,
        Role = role,
        Result = GateResult.NotApplicable,
        Blocks = false,
        Reason = string.Join("; ", lacking),
        Attempts = [.. planned.SelectMany(p => AttemptReading.Of(p.Run, p.Plan).Attempts)],
    };

    /// <summary>A run after the one that it resumes.</summary>
    private static (RecordedRun Run, PlannedScenario Plan)[] Ordered((RecordedRun Run, PlannedScenario Plan)[] planned)
    {
        List<(RecordedRun Run, PlannedScenario Plan)> rest = [.. planned], ordered = [];
        while (rest.Count > 0)
        {
            var next = rest.FindIndex(p => !rest.Any(other => other.Run.Plan!.Run == p.Run.Plan!.Resumes && other != p));
            ordered.Add(rest[Math.Max(next, 0)]);
            rest.RemoveAt(Math.Max(next, 0));
        }

        return [.. ordered];
    }
}
