using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>Which of the cases have a release for each role that they speak of.</summary>
/// <param name="Complete">Those that do.</param>
/// <param name="Notes">What the others lack, with the remedy.</param>
internal sealed record RoleCasting(IReadOnlyList<ScenarioCase> Complete, IReadOnlyList<string> Notes)
{
    /// <summary>A case without a release for one of its roles is left out, so nothing is proven by it.</summary>
    public static RoleCasting Of(IReadOnlyList<ScenarioCase> cases)
    {
        var lacking = cases.Select(one => (Case: one, Role: Vacant(one))).ToArray();
        return new(
            [.. lacking.Where(pair => pair.Role is null).Select(pair => pair.Case)],
            [.. lacking.Where(pair => pair.Role is not null).GroupBy(pair => ReleaseRoles.RoleOf(pair.Role!)).Select(group => Note(group.Key, [.. group.Select(pair => pair.Case.Id)]))]);
    }

    /// <summary>A role of a case that no release plays; <see langword="null"/>: each has one.</summary>
    public static string? Vacant(ScenarioCase one) => one.RoleNames.FirstOrDefault(name => one.Scenario.Roles.Find(name) is null);

    /// <summary>As if nobody played a role.</summary>
    /// <param name="why">A sentence with the remedy.</param>
    public RoleCasting Without(PlayedRole role, string why) =>
        new([.. Complete.Where(one => !one.ImageNames.Contains(role.ImageName))], [.. Notes, why]);

    private static string Note(string role, string[] ids) =>
        $"no release plays the role '{role}', so {(ids.Length == 1 ? ids[0] : $"{ids[0]} and {ids.Length - 1} more")} cannot run; give --{role} DIR";
}
