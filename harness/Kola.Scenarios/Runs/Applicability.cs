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
        var without = new Dictionary<ResolvedImage, IReadOnlyList<string>>(ReferenceEqualityComparer.Instance);
        var lacking = cases.Select(one => (Case: one, Lacks: Lacking(one, Judged(one, images), WithoutOnce))).ToArray();
        return (
            [.. lacking.Where(pair => pair.Lacks is []).Select(pair => pair.Case)],
            [.. lacking.Where(pair => pair.Lacks is not []).Select(pair => (pair.Case, string.Join("; ", pair.Lacks)))]);

        // The cases are many and the images few.
        IReadOnlyList<string> WithoutOnce(ResolvedImage image)
        {
            if (!without.TryGetValue(image, out var parts))
                without[image] = parts = Without(image);
            return parts;
        }
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

    /// <summary>What a case needs that its image does not have.</summary>
    /// <param name="without"><see cref="Without"/>, or what remembers it.</param>
    internal static IReadOnlyList<string> Lacking(ScenarioCase one, ResolvedImage image, Func<ResolvedImage, IReadOnlyList<string>> without)
    {
        var undeclared = Words(one.Needs.Except(image.Capabilities));
        return
        [
            .. undeclared is [] ? [] : (string[])[$"it needs {string.Join(", ", undeclared)}, which {image.Name} does not declare"],
            .. one.Scenario.External?.WhyNot(image) ?? [],
            .. one.Parts.Intersect(without(image)).Select(part => $"it needs {part}, which {image.Name} ({image.Adapter}) does not have"),
        ];
    }

    private static ResolvedImage Judged(ScenarioCase one, IReadOnlyDictionary<string, ResolvedImage> images) => images[JudgedName(one, images.ContainsKey)];

    /// <summary>The candidate, where there is one: it is what is to be judged. Else what the machines boot.</summary>
    /// <param name="isThere">Whether there is an image of that name.</param>
    internal static string JudgedName(ScenarioCase one, Func<string, bool> isThere) =>
        one.RoleNames is not [] && isThere(ReleaseRole.Candidate) ? ReleaseRole.Candidate : one.Machines[0].Image!;
}
