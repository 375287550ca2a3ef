using Kola.Machines;
using Kola.Machines.Provisioning;

namespace Kola.Scenarios.Services;

/// <summary>What a machine's network cards lead to.</summary>
/// <param name="Served">What its own network relays to this host.</param>
/// <param name="Lab">Those that it shares with other machines.</param>
/// <param name="Files">What it is told of them.</param>
internal sealed record MachineNetworks(IReadOnlyList<ServedAddress> Served, IReadOnlyList<LabNic> Lab, IReadOnlyList<ProvisionedFile> Files)
{
    /// <summary>Nothing but Kola's way in.</summary>
    public static MachineNetworks None { get; } = new([], [], []);
}
