namespace Kola.Servers.FleetLock;

/// <summary>A request while it is answered.</summary>
internal sealed class LockExchange(FleetLockRequest begun, LockCall? call, LockAnswer answer)
{
    private FleetLockRequest current = begun;

    /// <summary><see langword="null"/>: for nothing that there is.</summary>
    public LockCall? Call => call;

    /// <summary>As those faults make it that act.</summary>
    public LockAnswer Answer => answer;

    /// <summary>As it stands now.</summary>
    public FleetLockRequest Record => Volatile.Read(ref current);

    /// <summary>Only the task that answers changes it.</summary>
    public void Change(Func<FleetLockRequest, FleetLockRequest> change) => Volatile.Write(ref current, change(current));
}
