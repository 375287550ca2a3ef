namespace Kola.Servers.FleetLock;

/// <summary>A request while it is answered.</summary>
internal sealed class LockExchange(FleetLockRequest begun, LockCall? call, IReadOnlyList<FleetLockFault> faults)
{
    private FleetLockRequest current = begun;

    /// <summary><see langword="null"/>: for nothing that there is.</summary>
    public LockCall? Call => call;

    /// <summary>Those that act.</summary>
    public IReadOnlyList<FleetLockFault> Faults => faults;

    /// <summary>As it stands now.</summary>
    public FleetLockRequest Record => Volatile.Read(ref current);

    /// <summary>Only the task that answers changes it.</summary>
    public void Change(Func<FleetLockRequest, FleetLockRequest> change) => Volatile.Write(ref current, change(current));
}
