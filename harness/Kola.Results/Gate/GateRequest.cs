using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>All that a verdict depends on. The same request always gets the same verdict.</summary>
public sealed record GateRequest
{
    public required GatePolicy Policy { get; init; }

    public required IReadOnlyList<QuarantineEntry> Quarantine { get; init; }

    /// <summary>Every scenario there is, at every point of its matrix, whether it ran or not: what is missing from the runs is seen by it.</summary>
    public required IReadOnlyList<ExpectedScenario> Expected { get; init; }

    /// <summary>SHA-256 that an image must have had, by the name that scenarios use. Images that are not named must only be the same in all runs.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>The releases that the verdict is about; empty where it is about images by their own names.</summary>
    public IReadOnlyList<ReleaseInRole> Releases { get; init; } = [];

    /// <summary>The runs that are judged together.</summary>
    public required IReadOnlyList<RecordedRun> Runs { get; init; }

    /// <summary>Judge this shard's part alone; whether the others are there is not asked.</summary>
    public Shard? Part { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The release to be judged; <see langword="null"/> where the verdict is about images by their own names.</summary>
    public ReleaseInRole? Candidate => Releases.FirstOrDefault(release => release.Role == ReleaseRole.Candidate);

    /// <summary>Why a scenario does not apply to the candidate; empty where it does.</summary>
    public IReadOnlyList<string> Lacking(ExpectedScenario scenario) => Candidate is not { } candidate ? [] :
    [
        .. scenario.Needs.Except(candidate.Capabilities).ToList() is { Count: > 0 } undeclared ? (string[])[$"it needs {string.Join(", ", undeclared)}, which the candidate does not declare"] : [],
        .. scenario.Parts.Intersect(candidate.Without).Select(part => $"it needs {part}, which the candidate's family does not have"),
    ];
}

/// <summary>A scenario as it stands in the checkout, at one point of its matrix.</summary>
public sealed record ExpectedScenario
{
    /// <summary>The name, with its matrix point in brackets.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Path of the file, relative to the checkout.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> Matrix { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the images it boots.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Capabilities that it needs of the candidate.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What it needs besides, which no family declares and some do not have, by the words of <see cref="ReleaseInRole.Without"/>.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];
}
