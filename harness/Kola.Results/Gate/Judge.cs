using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>The policy evaluator: a pure function from what was asked and recorded to a verdict. It fails closed.</summary>
public static class Judge
{
    public static Verdict Of(GateRequest request)
    {
        var today = DateOnly.FromDateTime(request.Now.UtcDateTime);
        string[] problems = [.. PolicyProblems(request.Policy, request.Quarantine, request.Expected, request.Now), .. RunReading.Objections(request)];
        ScenarioVerdict[] scenarios = [.. Scenarios(request, today)];
        return new()
        {
            Standing = scenarios.Any(s => s.Blocks && s.Standing is Standing.Failed or Standing.Flaky) ? Standing.Failed
                : problems is not [] || scenarios.Any(s => s.Blocks) || !scenarios.Any(s => s.Role == GateRole.Required) ? Standing.NotProven
                : Standing.Passed,
            Problems = problems,
            Scenarios = scenarios,
            At = request.Now,
        };
    }

    /// <summary>What in policy and quarantine blocks whatever the runs came to. Each begins with the place where it is written, where there is one.</summary>
    public static IEnumerable<string> PolicyProblems(GatePolicy policy, IReadOnlyList<QuarantineEntry> quarantine, IReadOnlyList<ExpectedScenario> expected, DateTimeOffset now)
    {
        if (!expected.Any(s => policy.RoleOf(s) == GateRole.Required))
            yield return "the policy requires no scenario: whatever the artifact is, nothing would be proven of it";
        foreach (var rule in policy.Required.Concat(policy.Advisory))
            foreach (var idle in rule.Idle(expected))
                yield return $"{rule.Place}: {idle} of the policy selects no scenario; mend the policy or the scenarios";
        foreach (var entry in quarantine)
        {
            if (entry.Objection(DateOnly.FromDateTime(now.UtcDateTime), policy.MaxQuarantine) is { } objection)
                yield return $"{entry.Place}: the quarantine of '{entry.Scenario}' {objection}";
            if (!expected.Any(s => GateRule.Names(entry.Scenario, s)))
                yield return $"{entry.Place}: the quarantine of '{entry.Scenario}' is for no scenario there is; mend its name or take it out";
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
                Standing = Standing.NotProven,
                Blocks = true,
                Reason = "it ran, but there is no such scenario here: the runs belong to other scenarios than these",
                Attempts = [.. unknown.SelectMany(p => AttemptReading.Of(p.Run, p.Plan).Attempts)],
            };
    }

    private static ScenarioVerdict One(GateRequest request, ExpectedScenario scenario, GateRole role, (RecordedRun Run, PlannedScenario Plan)[] planned, DateOnly today)
    {
        var history = History.Of(scenario, Ordered(planned), request);
        var quarantine = request.Quarantine.FirstOrDefault(entry =>
            GateRule.Names(entry.Scenario, scenario) && entry.InForce(today) && entry.Objection(today, request.Policy.MaxQuarantine) is null);
        // A quarantine excuses what the scenario came to, not that nobody looked.
        var excused = quarantine is not null && history.Tried;
        return new()
        {
            Id = scenario.Id,
            Role = role,
            Standing = history.Standing,
            Blocks = role == GateRole.Required && !excused && history.Standing switch
            {
                Standing.Passed => false,
                Standing.Flaky => request.Policy.FlakyBlocks,
                _ => true,
            },
            Reason = history.Reason,
            Quarantine = quarantine,
            Attempts = history.Attempts,
        };
    }

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
