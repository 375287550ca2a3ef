using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Gating;

/// <summary>What of all scenarios a gate's run has to try.</summary>
public static class GateScope
{
    /// <summary>The cases that the policy lists; what only it could never judge is left out.</summary>
    public static IReadOnlyList<ScenarioCase> Listed(IReadOnlyList<ScenarioCase> cases, GatePolicy policy, IReadOnlyList<ExpectedScenario> expected)
    {
        var byId = expected.ToDictionary(e => e.Id);
        return [.. cases.Where(c => policy.RoleOf(byId[c.Id]) != GateRole.Unlisted)];
    }

    /// <summary>
    /// The cases that runs which were cut off leave to try: those without an attempt that ended by itself. Whether what they did try still stands is
    /// the judge's business: it compares scenario texts, images and versions.
    /// </summary>
    public static IReadOnlyList<ScenarioCase> Rest(IReadOnlyList<ScenarioCase> cases, IEnumerable<RecordedRun> runs)
    {
        var tried = runs.SelectMany(run => run.Events).OfType<AttemptFinished>()
            .Where(a => a.Outcome is not (Outcome.Interrupted or Outcome.NotProven)).Select(a => a.Scenario).ToHashSet();
        return [.. cases.Where(c => !tried.Contains(c.Id))];
    }
}
