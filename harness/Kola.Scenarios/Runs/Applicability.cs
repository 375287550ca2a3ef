using Kola.Machines.Capabilities;
using Kola.Machines.Guests;
using Kola.Machines.Images;
using Kola.Machines.Offline;
using Kola.Results.Events;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml;

namespace Kola.Scenarios.Runs;

/// <summary>Which of the cases the OS declares to be able to do.</summary>
internal static class Applicability
{
    /// <param name="images">By the names in the cases.</param>
    /// <returns>Those that apply, and what the others lack.</returns>
    public static (IReadOnlyList<ScenarioCase> Applicable, IReadOnlyList<(ScenarioCase Case, string Reason)> Others) Split(
        IReadOnlyList<ScenarioCase> cases, IReadOnlyDictionary<string, ResolvedImage> images)
    {
        var lacking = cases.Select(one => (Case: one, Lacks: Lacking(one, images))).ToArray();
        return (
            [.. lacking.Where(pair => pair.Lacks is []).Select(pair => pair.Case)],
            [.. lacking.Where(pair => pair.Lacks is not []).Select(pair => (pair.Case, string.Join("; ", pair.Lacks)))]);
    }

    /// <summary>The words for capabilities, as files and records have them.</summary>
    public static IReadOnlyList<string> Words(IEnumerable<Capability> capabilities) => [.. capabilities.Select(capability => capability.Word())];

    /// <summary>What of <see cref="ScenarioCase.Parts"/> an image's family does not have.</summary>
    public static IReadOnlyList<string> Without(ResolvedImage image)
    {
        var adapter = MachineMapping.Adapter(image);
        return
        [
            .. adapter is IUpdatingGuest guest ? ServedFile.All.Where(file => !file.IsIn(guest)).Select(file => file.Words) : [],
            // An adapter of Kola's own that cannot read disks is a mistake of the scenario's, which its step tells.
            .. image.AdapterProgram is not null && adapter is not IOfflineLayout ? (string[])[ScenarioCase.DiskRead] : [],
        ];
    }

    private static IReadOnlyList<string> Lacking(ScenarioCase one, IReadOnlyDictionary<string, ResolvedImage> images)
    {
        var image = Judged(one, images);
        var undeclared = Words(one.Needs.Except(image.Capabilities));
        return
        [
            .. undeclared is [] ? [] : (string[])[$"it needs {string.Join(", ", undeclared)}, which {image.Name} does not declare"],
            .. one.Scenario.External?.WhyNot(image) ?? [],
            .. one.Parts.Intersect(Without(image)).Select(part => $"it needs {part}, which {image.Name} ({image.Adapter}) does not have"),
        ];
    }

    /// <summary>The candidate, where there is one: it is what is to be judged. Else what the machines boot.</summary>
    private static ResolvedImage Judged(ScenarioCase one, IReadOnlyDictionary<string, ResolvedImage> images) =>
        one.RoleNames is not [] && images.TryGetValue(ReleaseRole.Candidate, out var candidate) ? candidate : images[one.Machines[0].Image!];
}
