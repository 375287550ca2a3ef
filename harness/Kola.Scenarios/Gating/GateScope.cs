using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Gating;

/// <summary>What of all scenarios a gate's run has to try.</summary>
public static class GateScope
{
    /// <summary>The cases that the policy lists; what only it could never judge is left out.</summary>
    public static IReadOnlyList<ScenarioCase> Listed(IReadOnlyList<ScenarioCase> cases, GatePolicy policy, IReadOnlyList<ExpectedScenario> expected) =>
        [.. cases.Where(c => policy.RoleOf(expected.First(e => e.Id == c.Id)) != GateRole.Unlisted)];

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

    /// <summary>Settings and images that put two releases in the place of those that scenarios name.</summary>
    /// <param name="previous">What is in the field: parameter <c>previous</c>.</param>
    /// <param name="candidate">What is to be judged: parameters <c>candidate</c> and <c>release</c>.</param>
    /// <param name="cases">Only parameters that some of them has are set.</param>
    public static (IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Images) Releases(GateRelease? previous, GateRelease? candidate, IReadOnlyList<ScenarioCase> cases)
    {
        var known = cases.SelectMany(c => c.Scenario.Parameters.Keys).ToHashSet();
        (string Name, GateRelease? Release)[] named = [("previous", previous), ("candidate", candidate), ("release", candidate)];
        return (
            named.Where(n => n.Release is not null && known.Contains(n.Name)).ToDictionary(n => n.Name, n => n.Release!.Version),
            new[] { previous, candidate }.OfType<GateRelease>().DistinctBy(r => $"{r.Image}:{r.Version}").ToDictionary(r => $"{r.Image}:{r.Version}", r => r.Folder));
    }
}

/// <summary>A release that the gate is about.</summary>
/// <param name="Image">The image's name.</param>
/// <param name="Folder">Absolute path of its folder.</param>
public sealed record GateRelease(string Image, string Version, string Folder);
