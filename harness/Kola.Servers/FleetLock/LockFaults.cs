namespace Kola.Servers.FleetLock;

/// <summary>Which faults act on a request. Counts what each has acted on.</summary>
internal sealed class LockFaults(IReadOnlyList<LockFault> faults)
{
    private readonly int[] used = new int[faults.Count];

    public IReadOnlyList<LockFault> Take(LockCall? call) =>
        [.. faults.Index().Where(entry => entry.Item.Matches(call)
            && (entry.Item.Times is not { } times || Interlocked.Increment(ref used[entry.Index]) <= times)).Select(entry => entry.Item)];
}
