using Kola.Results.Events;

namespace Kola.Scenarios.Runs;

/// <summary>What became of a run.</summary>
public sealed record RunResult
{
    public required RunFolder Folder { get; init; }

    /// <summary>The last attempt of each planned scenario that was tried, in the order they ended.</summary>
    public required IReadOnlyList<AttemptFinished> Attempts { get; init; }

    /// <summary>Number of scenarios that were planned.</summary>
    public required int Planned { get; init; }

    public required bool Interrupted { get; init; }

    /// <summary>Whether everything that was planned was tried and passed, and there was something to try.</summary>
    public bool Passed => !Interrupted && Planned > 0 && Attempts.Count == Planned && Attempts.All(a => a.Outcome == Outcome.Passed);
}
