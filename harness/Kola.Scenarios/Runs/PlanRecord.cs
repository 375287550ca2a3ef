using System.Globalization;
using Kola.Machines.Host;
using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>A plan as the record tells it, and the command that makes an attempt of it again.</summary>
internal static class PlanRecord
{
    /// <param name="run">Name of the run.</param>
    /// <param name="kola">Kola's version.</param>
    public static RunPlanned Of(RunPlan plan, string run, string kola, HostFacts host) => new()
    {
        Run = run,
        Kola = kola,
        Seed = plan.Seed,
        Shard = plan.Options.Shard,
        Resumes = plan.Options.Resumes,
        Host = host,
        Notes = plan.Notes,
        Releases = plan.Releases,
        Scenarios = [.. plan.Cases.Select(scenario => Of(scenario, plan)), .. plan.NotApplicable.Select(other => Of(other.Case, plan) with { NotApplicable = other.Reason })],
    };

    /// <summary>The command to type in a checkout.</summary>
    public static string Reproduce(ScenarioCase scenario, RunPlan plan)
    {
        // A file's point of its matrix is part of an id, and of no path.
        var point = IsFoundById(scenario, plan) ? [] : scenario.Matrix.Where(variable => scenario.Scenario.Matrix.ContainsKey(variable.Key));
        var images = ImageOverrides.Of(plan.Options.Images, scenario.ImageNames).Select(i => $" --image {ShellQuote.Word($"{i.Key}={i.Value}")}");
        var settings = point.Concat(Settings(scenario, plan)).DistinctBy(s => s.Key).Select(s => $" --set {ShellQuote.Word($"{s.Key}={s.Value}")}");
        var external = scenario.Scenario.External is { } test ? $" --external {ShellQuote.Word(ShownPath.Of(test.Project))}" : "";
        var roles = Roles(scenario).Select(role => $" --{role.Key} {ShellQuote.Word(role.Value)}");
        return string.Create(CultureInfo.InvariantCulture, $"{plan.Options.Program} run {ShellQuote.Word(FoundBy(scenario, plan))}{external}{string.Concat(roles)}{string.Concat(images)}{string.Concat(settings)} --seed {plan.Seed}");
    }

    /// <summary>The releases that were given for the scenario's roles; those of the catalog are taken again.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Roles(ScenarioCase scenario) =>
        scenario.RoleNames.Select(scenario.Scenario.Roles.Find).OfType<PlayedRole>().Where(role => role.Given).Select(role => KeyValuePair.Create(role.Role, role.Reference));

    private static PlannedScenario Of(ScenarioCase scenario, RunPlan plan) => new()
    {
        Id = scenario.Id,
        Name = scenario.Scenario.Name,
        Summary = scenario.Scenario.Summary,
        File = Shown(scenario.Scenario, plan),
        Sha256 = scenario.Scenario.Sha256,
        Tags = scenario.Scenario.Tags,
        Matrix = scenario.Matrix,
        Images = [.. scenario.ImageNames.Select(name => new PlannedImage(name, plan.Images[name].Sha256, plan.Images[name].Release, plan.Images[name].AdapterProgram?.Sha256))],
        FoundBy = FoundBy(scenario, plan) is var found && found != scenario.Id ? found : null,
        Settings = Settings(scenario, plan),
        External = scenario.Scenario.External?.Project,
        Roles = [.. Roles(scenario).Select(role => new GivenRole(role.Key, role.Value))],
        Boots = [.. scenario.Machines.Select(machine => machine.Image!).Distinct()],
        Updates = [.. scenario.Ancestry.SelectMany(one => one.Steps).SelectMany(step => step.ServedImages).Distinct()],
        Needs = Applicability.Words(scenario.Needs),
        ImageOverrides = ImageOverrides.Of(plan.Options.Images, scenario.ImageNames),
        ExpectedSeconds = plan.Recorded.TryGetValue(scenario.Id, out var seconds) ? Math.Round(seconds, 1) : null,
        Steps = [.. scenario.Steps.Select(s => s.Title)],
    };

    /// <summary>The settings that concern a scenario: others would be refused when it is run alone.</summary>
    private static Dictionary<string, string> Settings(ScenarioCase scenario, RunPlan plan) =>
        plan.Options.Settings.Where(s => scenario.Scenario.Parameters.ContainsKey(s.Key) || scenario.Scenario.Matrix.ContainsKey(s.Key)).ToDictionary();

    private static string Shown(Scenario scenario, RunPlan plan) => plan.Options.Checkout is { } checkout ? scenario.ShownIn(checkout) : scenario.Path;

    private static bool IsFoundById(ScenarioCase scenario, RunPlan plan) =>
        plan.Options.Scenarios is not { } folder || scenario.Scenario.LibraryPath is not null || scenario.Scenario.External is not null || scenario.Scenario.Path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string FoundBy(ScenarioCase scenario, RunPlan plan) => IsFoundById(scenario, plan) ? scenario.Once : Shown(scenario.Scenario, plan);
}
