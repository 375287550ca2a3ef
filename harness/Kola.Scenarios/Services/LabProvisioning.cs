using System.Globalization;
using System.Text;
using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Services;

/// <summary>What a machine is told of the networks that it joins: its addresses there, its name and those of the others.</summary>
/// <remarks>For systems whose network systemd-networkd sets up.</remarks>
internal static class LabProvisioning
{
    /// <summary>The machine's files; none when it joins no network.</summary>
    public static IReadOnlyList<ProvisionedFile> Files(ScenarioCase scenario, MachineDefinition machine) => machine.Network.Joins.Count == 0 ? [] :
    [
        new("/etc/hostname", $"{machine.Name}\n"),
        new("/etc/hosts", Hosts(scenario), Append: true),
        .. machine.Network.Joins.Keys.Index().Select(network => new ProvisionedFile(
            $"/etc/systemd/network/10-{network.Item}.network",
            Network(scenario, machine, network.Item, 1 + machine.Network.ExtraNics + network.Index))),
    ];

    /// <summary>A name is the machine's address in the first network that it joins; <c>NAME.NETWORK</c> is the one in that network.</summary>
    private static string Hosts(ScenarioCase scenario)
    {
        var text = new StringBuilder("\n");
        foreach (var machine in scenario.Machines)
            foreach (var (index, (network, address)) in machine.Network.Joins.Index())
                text.Append(CultureInfo.InvariantCulture, $"{address} {(index == 0 ? $"{machine.Name} " : "")}{machine.Name}.{network}\n");
        return text.ToString();
    }

    /// <summary>Before the system's own files, by its name.</summary>
    private static string Network(ScenarioCase scenario, MachineDefinition machine, string network, int nic) => string.Create(CultureInfo.InvariantCulture, $"""
        [Match]
        MACAddress={NetworkSpec.HardwareAddress(machine.Name, nic)}
        [Network]
        Address={machine.Network.Joins[network]}/{scenario.Networks[network].PrefixLength}
        LinkLocalAddressing=no
        IPv6AcceptRA=no

        """);
}
