namespace Kola.Servers.FleetLock;

/// <summary>A client that holds a slot.</summary>
/// <param name="Group">Whose slot it is.</param>
/// <param name="Id">As the client names itself.</param>
/// <param name="Since">When it was granted first; asking again changes nothing.</param>
public sealed record LockHolder(string Group, string Id, DateTimeOffset Since);
