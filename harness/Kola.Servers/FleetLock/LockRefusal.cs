namespace Kola.Servers.FleetLock;

/// <summary>Why a request is not granted, as the protocol words it.</summary>
/// <param name="Kind">For programs, such as <c>lock_held</c>.</param>
/// <param name="Value">For people.</param>
internal sealed record LockRefusal(int Status, string Kind, string Value);
