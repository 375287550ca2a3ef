namespace Kola.Servers.FleetLock;

/// <summary>Which faults act on a request. Counts what each has acted on.</summary>
internal sealed class LockFaults(IReadOnlyList<LockFault> faults)
{
    private readonly FaultTimes<LockFault> acting = new(faults, fault => fault.Times);

    public IReadOnlyList<LockFault> Take(LockCall? call) => acting.Take(fault => fault.Matches(call));
}
