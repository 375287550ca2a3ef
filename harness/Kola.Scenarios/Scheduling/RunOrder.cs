using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Scheduling;

/// <summary>In which order scenarios start: the longest first, so that none is left to run alone at the end.</summary>
internal sealed class RunOrder(IReadOnlyDictionary<string, double> recorded, string accelerator, double timeScale, bool allCold)
{
    /// <summary>The cases in order. Where two are expected to take the same time, the seed decides.</summary>
    public IReadOnlyList<ScenarioCase> Of(IReadOnlyList<ScenarioCase> cases, long seed)
    {
        var forks = cases.Where(scenario => scenario.From is not null).ToLookup(scenario => scenario.From!.Parent.Id);
        return [.. cases.OrderByDescending(scenario => Path(scenario, forks)).ThenBy(scenario => Chance(scenario.Id, seed), StringComparer.Ordinal)];
    }

    /// <summary>The seconds that it took the last time it passed; <see langword="null"/> when it never did.</summary>
    public double? Recorded(ScenarioCase scenario)
    {
        string[] paths = scenario.From is not null ? ["fork"] : allCold || scenario.Boot is BootPath.Cold ? ["cold"] : ["clone", "cold"];
        foreach (var path in paths)
            if (recorded.TryGetValue(RecordedDurations.Key(scenario.Once, accelerator, path), out var seconds))
                return seconds;
        return null;
    }

    /// <summary>Seconds until the scenario and the longest chain of forks after it are over. One that was never seen may take all its time.</summary>
    private double Path(ScenarioCase scenario, ILookup<string, ScenarioCase> forks) =>
        (Recorded(scenario) ?? scenario.Timeout.TotalSeconds * timeScale) + forks[scenario.Id].Select(fork => Path(fork, forks)).DefaultIfEmpty().Max();

    private static string Chance(string id, long seed) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {id}"))));
}
