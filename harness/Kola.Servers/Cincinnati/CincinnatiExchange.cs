namespace Kola.Servers.Cincinnati;

/// <summary>A request while it is answered.</summary>
/// <param name="acting">Faults that act.</param>
internal sealed class CincinnatiExchange(CincinnatiRequest begun, IReadOnlyList<CincinnatiFault> acting)
{
    private CincinnatiRequest current = begun;

    public IReadOnlyList<CincinnatiFault> Faults => acting;

    /// <summary>As it stands now.</summary>
    public CincinnatiRequest Record => Volatile.Read(ref current);

    /// <summary>Only the task that answers changes it.</summary>
    public void Change(Func<CincinnatiRequest, CincinnatiRequest> change) => Volatile.Write(ref current, change(current));
}
