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

    private static IReadOnlyList<string> Lacking(ScenarioCase one, IReadOnlyDictionary<string, ResolvedImage> images)
    {
        var image = Judged(one, images);
        var undeclared = Words(one.Needs.Except(image.Capabilities));
        return
        [
            .. undeclared is [] ? [] : (string[])[$"it needs {string.Join(", ", undeclared)}, which {image.Name} does not declare"],
            .. Files(one, image).Select(file => $"it needs the {file.Role.Word()} as a file of its own, which updates of {image.Name} ({image.Adapter}) do not have"),
            .. Layouts(one, image).Select(kind => $"its step '{kind}' needs offline access to the disk, which adapter {image.Adapter} of {image.Name} does not support"),
        ];
    }

    /// <summary>Kinds of its steps, and of those of what it goes on from, which the image's adapter program cannot answer for. An adapter of Kola's own that cannot is a mistake of the scenario's.</summary>
    private static IEnumerable<string> Layouts(ScenarioCase one, ResolvedImage image) =>
        image.AdapterProgram is not null && MachineMapping.Adapter(image) is not IOfflineLayout
            ? one.Ancestry.SelectMany(scenario => scenario.Steps).Where(step => step.ReadsLayout).Select(step => step.Kind).Distinct()
            : [];

    /// <summary>Update files that its steps are about, and those of what it goes on from, which the family does not have.</summary>
    private static IEnumerable<ServedFile> Files(ScenarioCase one, ResolvedImage image) =>
        MachineMapping.Adapter(image) is IUpdatingGuest guest
            ? one.Ancestry.SelectMany(scenario => scenario.Steps).SelectMany(step => step.NeededFiles).Where(file => !file.IsIn(guest)).DistinctBy(file => file.Role)
            : [];

    /// <summary>The candidate, where there is one: it is what is to be judged. Else what the machines boot.</summary>
    private static ResolvedImage Judged(ScenarioCase one, IReadOnlyDictionary<string, ResolvedImage> images) =>
        one.RoleNames is not [] && images.TryGetValue(ReleaseRole.Candidate, out var candidate) ? candidate : images[one.Machines[0].Image!];
}
