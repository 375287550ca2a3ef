using Kola.Machines.Snapshots;

namespace Kola.Scenarios.Snapshots;

/// <summary>The snapshots as one run uses them.</summary>
/// <param name="AllCold">Whether the run boots everything (<c>--cold</c>).</param>
/// <param name="Parents">Told of each checkpoint that a scenario has passed, kept or not.</param>
internal sealed record RunSnapshots(SnapshotStore Store, SnapshotKeys Keys, bool AllCold, ParentRuns Parents);
