using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Scheduling;

/// <summary>
/// In which order scenarios start: what tells most soonest first. One of each kind, the cheapest, so that whatever is wrong with a kind shows early; then the longest first, so
/// that none is left to run alone at the end.
/// </summary>
/// <remarks>A scenario's kind is its name's first word. A fork's parent comes before it.</remarks>
internal sealed class RunOrder(IReadOnlyDictionary<string, double> recorded, string accelerator, double timeScale, bool allCold)
{
    /// <summary>The cases in order. Where two are expected to take the same time, the seed decides.</summary>
    public IReadOnlyList<ScenarioCase> Of(IReadOnlyList<ScenarioCase> cases, long seed)
    {
        var forks = cases.Where(scenario => scenario.From is not null).ToLookup(scenario => scenario.From!.Parent.Id);
        var planned = cases.ToDictionary(scenario => scenario.Id);
        var share = ShareOfBounds(cases);
        double Expected(ScenarioCase scenario) => Recorded(scenario) ?? share * Bound(scenario);
        var first = cases.OrderBy(scenario => Lineage(scenario, planned).Sum(Expected)).ThenBy(scenario => Chance(scenario.Id, seed), StringComparer.Ordinal)
            .DistinctBy(scenario => scenario.Id.Split('.')[0]);
        var rest = cases.OrderByDescending(scenario => Path(scenario, forks, Expected)).ThenBy(scenario => Chance(scenario.Id, seed), StringComparer.Ordinal);
        return [.. first.Concat(rest).SelectMany(scenario => Lineage(scenario, planned)).Distinct()];
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

    /// <summary>Seconds that it may take.</summary>
    private double Bound(ScenarioCase scenario) => scenario.Timeout.TotalSeconds * timeScale;

    /// <summary>Which share of their bounds scenarios take here, the middle one of those that were seen. Without it a short scenario that was never seen would come after a long one that was: bounds are generous.</summary>
    private double ShareOfBounds(IReadOnlyList<ScenarioCase> cases)
    {
        double[] shares = [.. cases.Select(scenario => Recorded(scenario) / Bound(scenario)).OfType<double>().Order()];
        return shares is [] ? 1 : Math.Min(1, shares[shares.Length / 2]);
    }

    /// <summary>The scenario after those that it goes on from, the first of them first.</summary>
    private static IEnumerable<ScenarioCase> Lineage(ScenarioCase scenario, IReadOnlyDictionary<string, ScenarioCase> planned) =>
        scenario.From is { } from && planned.TryGetValue(from.Parent.Id, out var parent) ? Lineage(parent, planned).Append(scenario) : [scenario];

    /// <summary>Seconds until the scenario and the longest chain of forks after it are over.</summary>
    private static double Path(ScenarioCase scenario, ILookup<string, ScenarioCase> forks, Func<ScenarioCase, double> expected) =>
        expected(scenario) + forks[scenario.Id].Select(fork => Path(fork, forks, expected)).DefaultIfEmpty().Max();

    private static string Chance(string id, long seed) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {id}"))));
}
