namespace Kola.Servers.Omaha;

/// <summary>Why a request is not answered by the protocol.</summary>
/// <param name="Status">HTTP status.</param>
internal sealed record OmahaRefusal(int Status, string Why);
