using Kola.Servers.FleetLock;

namespace Kola.Scenarios.Services;

/// <summary>What a FleetLock server needs to go on.</summary>
/// <param name="Step">By which it answers as it does; <see langword="null"/> before the first.</param>
internal sealed record SavedLocks(IReadOnlyList<LockHolder> Holders, ServedStep? Step);
