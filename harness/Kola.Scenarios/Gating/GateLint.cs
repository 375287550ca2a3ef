using Kola.Results.Gate;
using Kola.Scenarios.Model;
using Kola.Yaml;

namespace Kola.Scenarios.Gating;

/// <summary>What the gate's files say against the scenarios that there are.</summary>
public static class GateLint
{
    /// <summary>Every case of the scenarios, as the gate expects to see it in its runs.</summary>
    /// <param name="checkout">Paths are shown relative to it.</param>
    public static IReadOnlyList<ExpectedScenario> Expected(IEnumerable<ScenarioCase> cases, string checkout) =>
    [
        .. cases.Select(c => new ExpectedScenario
        {
            Id = c.Id,
            Name = c.Scenario.Name,
            File = c.Scenario.ShownIn(checkout),
            Sha256 = c.Scenario.Sha256,
            Tags = c.Scenario.Tags,
            Matrix = c.Matrix,
            Images = c.ImageNames,
            // What a scenario of an image of its own needs is not asked of the candidate.
            Needs = c.RoleNames is [] ? [] : [.. c.Needs.Select(capability => capability.Word())],
            Parts = c.RoleNames is [] ? [] : c.Parts,
        }),
    ];

    /// <summary>What would block every verdict, in the form of a problem of a file: <c>path:line:column: what</c>.</summary>
    public static IEnumerable<string> Check(GateFiles files, IReadOnlyList<ExpectedScenario> expected, DateTimeOffset now) =>
        [.. Judge.PolicyProblems(files.Policy, files.Quarantine, expected, now), .. Idle(files, expected).Select(problem => problem.ToString())];

    /// <summary>
    /// What the policy takes of the library and no rule of it selects: such scenarios are listed and never run, and the gate would ask for less than was meant.
    /// </summary>
    public static IEnumerable<YamlProblem> Idle(GateFiles files, IReadOnlyList<ExpectedScenario> expected) =>
        from entry in files.Library
        let taken = expected.Where(scenario => scenario.File.StartsWith(ScenarioLibrary.ShownFolder + '/', StringComparison.Ordinal) && entry.Takes(scenario.Name)).ToList()
        where taken is not [] && taken.TrueForAll(scenario => files.Policy.RoleOf(scenario) == GateRole.Unlisted)
        select new YamlProblem(entry.Location, $"no rule of the policy selects '{entry.Pattern}' of the library, so it would never run; add 'paths: [{ScenarioLibrary.ShownFolder}]' to a rule, or remove the entry");
}
