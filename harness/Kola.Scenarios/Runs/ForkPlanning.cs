using Kola.Machines;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Snapshots;

namespace Kola.Scenarios.Runs;

/// <summary>Adds to a plan the parents whose snapshot is not there yet.</summary>
internal static class ForkPlanning
{
    /// <summary>The plan with every parent that has to run, once each, before its forks.</summary>
    /// <exception cref="InputException">A fork and its parent are selected with settings that do not go together.</exception>
    public static async Task<RunPlan> CompleteAsync(RunPlan plan, SnapshotStore store, SnapshotKeys keys, CancellationToken cancellation)
    {
        var cases = plan.Cases.ToList();
        for (var index = 0; index < cases.Count; index++)
        {
            if (cases[index].From is not { } from)
                continue;
            if (cases.FirstOrDefault(other => other.Id == from.Parent.Id) is { } planned)
            {
                if (!planned.Values.OrderBy(value => value.Key, StringComparer.Ordinal).SequenceEqual(from.Parent.Values.OrderBy(value => value.Key, StringComparer.Ordinal)))
                    throw new InputException($"{cases[index].Id} continues from {from.Parent.Id} with its default parameters, but this run sets others; leave --set out, or run them one after the other");
            }
            else if (!await HasAsync(store, await keys.CheckpointAsync(from.Parent, from.Checkpoint, cancellation), cancellation))
            {
                cases.Add(from.Parent);
            }
        }

        return plan with { Cases = cases };
    }

    /// <summary>Whether there is a whole snapshot, or another run is making it. What is not whole is removed.</summary>
    private static async Task<bool> HasAsync(SnapshotStore store, string key, CancellationToken cancellation)
    {
        if (await store.TryOpenAsync(key, cancellation) is not { } lease)
            return true;
        await using (lease)
            return lease.Snapshot is not null;
    }
}
