namespace Kola.Servers.FleetLock;

/// <summary>Which faults act on a request. Counts what each has acted on.</summary>
internal sealed class FleetLockFaults(IReadOnlyList<FleetLockFault> faults)
{
    private readonly int[] used = new int[faults.Count];

    public IReadOnlyList<FleetLockFault> Take(LockCall? call) =>
        [.. faults.Index().Where(entry => (entry.Item.Call is null || entry.Item.Call == call)
            && (entry.Item.Times is not { } times || Interlocked.Increment(ref used[entry.Index]) <= times)).Select(entry => entry.Item)];
}
