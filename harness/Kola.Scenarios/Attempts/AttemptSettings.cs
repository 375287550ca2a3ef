using Kola.Machines.Images;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Snapshots;

namespace Kola.Scenarios.Attempts;

/// <summary>What all attempts of one run have in common.</summary>
internal sealed record AttemptSettings
{
    /// <summary>By the names that scenarios use.</summary>
    public required IReadOnlyDictionary<string, ResolvedImage> Images { get; init; }

    /// <summary>Of every random choice.</summary>
    public required long Seed { get; init; }

    /// <summary>Where the attempt stops for a person; <see langword="null"/>: nowhere.</summary>
    public HoldOptions? Hold { get; init; }

    /// <summary><see langword="null"/>: this host keeps none, and every machine boots.</summary>
    public RunSnapshots? Snapshots { get; init; }
}
