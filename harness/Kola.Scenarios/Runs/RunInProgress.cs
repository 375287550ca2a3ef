using Kola.Scenarios.Attempts;
using Kola.Scenarios.Scheduling;
using Kola.Scenarios.Snapshots;

namespace Kola.Scenarios.Runs;

/// <summary>What the scenarios of a run share while it goes on.</summary>
internal sealed record RunInProgress
{
    public required ExecutionHost Host { get; init; }

    public required RunPlan Plan { get; init; }

    public required RunFolder Folder { get; init; }

    public required RunRecord Record { get; init; }

    public required Admission Admission { get; init; }

    public required ParentRuns Parents { get; init; }

    public required AttemptSettings Attempts { get; init; }

    /// <summary>Cancelled when nothing more is to be started.</summary>
    public required CancellationTokenSource Enough { get; init; }

    /// <summary>The longest that the run may take.</summary>
    public required RunLimit Limit { get; init; }

    /// <summary>Cancelled when what runs is to be stopped, too.</summary>
    public required CancellationToken Stopping { get; init; }

    public required TimeProvider Time { get; init; }
}
