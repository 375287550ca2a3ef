using Kola.Machines.Snapshots;

namespace Kola.Scenarios.Snapshots;

/// <summary>The snapshots as one run uses them.</summary>
/// <param name="AllCold">Whether the run boots everything (<c>--cold</c>).</param>
/// <param name="Reached">Told the id of a scenario and the name of a checkpoint that it has passed, kept or not.</param>
internal sealed record RunSnapshots(SnapshotStore Store, SnapshotKeys Keys, bool AllCold, Action<string, string> Reached);
