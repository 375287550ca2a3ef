using Kola.Machines.Images;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Execution;

/// <summary>What a run will do, with every image resolved: nothing has been started yet.</summary>
public sealed record RunPlan
{
    public required IReadOnlyList<ScenarioCase> Cases { get; init; }

    /// <summary>Images by the name that the scenarios use.</summary>
    public required IReadOnlyDictionary<string, ResolvedImage> Images { get; init; }

    public required RunOptions Options { get; init; }

    public required long Seed { get; init; }
}
