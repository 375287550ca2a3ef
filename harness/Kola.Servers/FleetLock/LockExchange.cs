namespace Kola.Servers.FleetLock;

/// <inheritdoc/>
internal sealed class LockExchange(FleetLockRequest begun, LockCall? call, LockAnswer answer) : RecordedExchange<FleetLockRequest>(begun)
{
    /// <summary><see langword="null"/>: for nothing that there is.</summary>
    public LockCall? Call => call;

    /// <summary>As those faults make it that act.</summary>
    public LockAnswer Answer => answer;
}
