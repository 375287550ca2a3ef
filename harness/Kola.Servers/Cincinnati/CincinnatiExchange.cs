namespace Kola.Servers.Cincinnati;

/// <inheritdoc/>
/// <param name="acting">Faults that act.</param>
internal sealed class CincinnatiExchange(CincinnatiRequest begun, IReadOnlyList<CincinnatiFault> acting) : RecordedExchange<CincinnatiRequest>(begun)
{
    public IReadOnlyList<CincinnatiFault> Faults => acting;
}
