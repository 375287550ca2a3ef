using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Services;

/// <summary>What a machine's network cards lead to.</summary>
/// <param name="Served">What its own network relays to this host.</param>
/// <param name="Lab">Those that it shares with other machines.</param>
/// <param name="Files">What it is told of them.</param>
internal sealed record MachineNetworks(IReadOnlyList<ServedAddress> Served, IReadOnlyList<LabNic> Lab, IReadOnlyList<ProvisionedFile> Files)
{
    /// <summary>Nothing but Kola's way in.</summary>
    public static MachineNetworks None { get; } = new([], [], []);

    /// <summary>A machine's way to the services of an attempt; cards in the order of its definition.</summary>
    public static MachineNetworks Of(ScenarioCase scenario, MachineDefinition machine, AttemptServices services) => new(
        services.Addresses, [.. machine.Network.Joins.Keys.Select(name => services.Find<LabNetworkService>(name).Card(machine.Name))], LabProvisioning.Files(scenario, machine));
}
