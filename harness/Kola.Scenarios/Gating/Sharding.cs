using System.Globalization;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Gating;

/// <summary>Which part of the scenarios this machine takes, where several share them.</summary>
public static class Sharding
{
    /// <summary>Reads <c>i/n</c>, from 1.</summary>
    /// <exception cref="InputException">It is no such thing.</exception>
    public static Shard Parse(string text) =>
        text.Split('/') is [var index, var count] && Number(index) is { } i && Number(count) is { } n && i >= 1 && i <= n
            ? new(i, n)
            : throw new InputException($"--shard {text}: expected the shard's number and how many there are, such as --shard 1/3");

    /// <summary>
    /// As the batch system says it: Slurm job arrays (<c>SLURM_ARRAY_TASK_ID</c>, <c>_MIN</c>, <c>_COUNT</c>), indexed Kubernetes jobs
    /// (<c>JOB_COMPLETION_INDEX</c> from 0, with <c>JOB_COMPLETIONS</c>, which the job's author sets to <c>completions</c>), GitLab's <c>parallel</c>
    /// (<c>CI_NODE_INDEX</c>, <c>CI_NODE_TOTAL</c>).
    /// </summary>
    /// <returns><see langword="null"/>: this machine takes all.</returns>
    /// <exception cref="InputException">Only half of it is said: every machine would take all.</exception>
    public static Shard? FromEnvironment(Func<string, string?> environment) =>
        From(environment, "SLURM_ARRAY_TASK_ID", Number(environment("SLURM_ARRAY_TASK_MIN")) ?? 0, "SLURM_ARRAY_TASK_COUNT")
        ?? From(environment, "JOB_COMPLETION_INDEX", 0, "JOB_COMPLETIONS")
        ?? From(environment, "CI_NODE_INDEX", 1, "CI_NODE_TOTAL");

    /// <summary>The shard's cases. A scenario that goes on from another is in that one's shard.</summary>
    public static IReadOnlyList<ScenarioCase> Take(IReadOnlyList<ScenarioCase> cases, Shard shard)
    {
        var families = cases.Select(FamilyOf).Distinct().Order(StringComparer.Ordinal).Index().ToDictionary(family => family.Item, family => family.Index);
        return [.. cases.Where(c => families[FamilyOf(c)] % shard.Count == shard.Index - 1)];
    }

    private static string FamilyOf(ScenarioCase scenario) => scenario.From is { } from ? FamilyOf(from.Parent) : scenario.Id;

    private static Shard? From(Func<string, string?> environment, string index, int first, string count)
    {
        if (environment(index) is not { Length: > 0 } given)
            return null;
        // GitLab sets both only for parallel jobs; a total of 1 is no sharding.
        if (Number(given) is { } i && Number(environment(count)) is { } n && i - first >= 0 && i - first < n)
            return n == 1 ? null : new(i - first + 1, n);
        throw new InputException($"{index} is {given} and {count} is {environment(count) ?? "not set"}: which part of the scenarios is meant? Set {count} to how many machines share them, or give --shard i/n");
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
