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
            File = Path.GetRelativePath(checkout, c.Scenario.Path),
            Sha256 = c.Scenario.Sha256,
            Tags = c.Scenario.Tags,
            Matrix = c.Matrix,
            Images = c.ImageNames,
            // What a scenario of an image of its own needs is not asked of the candidate.
            Needs = c.RoleNames is [] ? [] : [.. c.Needs.Select(capability => capability.Word())],
        }),
    ];

    /// <summary>What would block every verdict, in the form of a problem of a file: <c>path:line:column: what</c>.</summary>
    public static IEnumerable<string> Check(GateFiles files, IReadOnlyList<ExpectedScenario> expected, DateTimeOffset now) =>
        Judge.PolicyProblems(files.Policy, files.Quarantine, expected, now);
}
