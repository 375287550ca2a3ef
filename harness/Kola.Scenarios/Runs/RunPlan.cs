using Kola.Machines.Images;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Runs;

/// <summary>What a run will do, with every image resolved: nothing has been started yet.</summary>
public sealed record RunPlan
{
    /// <summary>In the order in which they start.</summary>
    public required IReadOnlyList<ScenarioCase> Cases { get; init; }

    /// <summary>Images by the name that the scenarios use.</summary>
    public required IReadOnlyDictionary<string, ResolvedImage> Images { get; init; }

    public required RunOptions Options { get; init; }

    public required long Seed { get; init; }

    /// <summary>Seconds that cases took the last time, by id; those that never passed here are missing.</summary>
    public IReadOnlyDictionary<string, double> Recorded { get; init; } = new Dictionary<string, double>();

    /// <summary>What whoever reads the record should know of how it was planned.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
