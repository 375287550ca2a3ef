namespace Kola.Servers.Omaha;

/// <summary>A request while it is answered.</summary>
internal sealed class OmahaExchange(OmahaRequest begun)
{
    private OmahaRequest current = begun;

    /// <summary>As it stands now.</summary>
    public OmahaRequest Record => Volatile.Read(ref current);

    /// <summary>Only the task that answers changes it.</summary>
    public void Change(Func<OmahaRequest, OmahaRequest> change) => Volatile.Write(ref current, change(current));
}
