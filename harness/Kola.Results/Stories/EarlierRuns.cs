using Kola.Results.Events;

namespace Kola.Results.Stories;

/// <summary>The runs that lie beside a run's folder and were made before it.</summary>
public static class EarlierRuns
{
    /// <summary>So many are looked at, the newest first.</summary>
    private const int Most = 40;

    /// <summary>What changed of each scenario since the last run in which it was tried, the worst first; scenarios that were not tried before are not among them.</summary>
    public static IReadOnlyList<ScenarioChange> Changes(RunStory story)
    {
        var open = story.Scenarios.Where(scenario => scenario.Outcome is not null).ToDictionary(scenario => scenario.Plan.Id);
        List<ScenarioChange> changes = [];
        foreach (var earlier in Before(story))
        {
            foreach (var scenario in earlier.Scenarios.Where(scenario => scenario.Outcome is Outcome.Passed or Outcome.Failed or Outcome.Infrastructure))
                if (open.Remove(scenario.Plan.Id, out var now) && ScenarioChange.Between((earlier, scenario), (story, now)) is { } change)
                    changes.Add(change);
            if (open.Count == 0)
                break;
        }

        return [.. changes.OrderBy(change => change.Kind).ThenBy(change => change.Id, StringComparer.Ordinal)];
    }

    /// <summary>Newest first. Folders are named by their time; links such as <c>latest</c> are no runs of their own.</summary>
    private static IEnumerable<RunStory> Before(RunStory story)
    {
        var own = new DirectoryInfo(Path.GetFullPath(Path.TrimEndingDirectorySeparator(story.Folder)));
        own = own.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? own;
        if (own.Parent is not { Exists: true } runs)
            return [];
        return runs.EnumerateDirectories()
            .Where(folder => folder.LinkTarget is null && string.CompareOrdinal(folder.Name, own.Name) < 0 && File.Exists(Path.Combine(folder.FullName, EventLog.FileName)))
            .OrderByDescending(folder => folder.Name, StringComparer.Ordinal).Take(Most).Select(folder => Read(folder.FullName)).OfType<RunStory>();
    }

    /// <summary><see langword="null"/>: its log cannot be read or believed.</summary>
    private static RunStory? Read(string folder)
    {
        try
        {
            return RunStory.Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
