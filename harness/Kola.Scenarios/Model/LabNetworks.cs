using System.Net;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model;

/// <summary>Tells what is wrong with the networks that machines share.</summary>
internal static class LabNetworks
{
    public const string NamePattern = "^[a-z][a-z0-9-]{0,15}$";

    public const string NameForm = "a network's name of lower-case letters, digits and dashes, at most 16";

    /// <summary>What the machines' own user networks may take.</summary>
    private static readonly IPNetwork UserNetworks = IPNetwork.Parse("10.0.0.0/16");

    /// <param name="tree">The file's, for the places of its networks.</param>
    /// <param name="machines">Of the document.</param>
    public static void Check(YamlMapping tree, ScenarioDocument document, IReadOnlyCollection<MachineDefinition> machines, BindingContext context)
    {
        foreach (var entry in (tree.Find("networks") as YamlMapping)?.Entries ?? [])
        {
            if (!document.Networks.TryGetValue(entry.Key.Text, out var network))
                continue;
            if (network.Overlaps(UserNetworks))
                context.Report(entry.Value.Location, $"{network} is within {UserNetworks}, which the machines' own networks take; expected another such as 10.20.0.0/24");
            foreach (var (name, other) in document.Networks.TakeWhile(pair => pair.Key != entry.Key.Text).Where(pair => pair.Value.Overlaps(network)))
                context.Report(entry.Value.Location, $"{network} overlaps {other} of '{name}'; expected networks apart from each other");
            if (!machines.Any(machine => machine.Network.Joins.ContainsKey(entry.Key.Text)))
                context.Report(entry.Key.Location, $"no machine joins network '{entry.Key.Text}'; expected 'network: {{ joins: {{ {entry.Key.Text}: … }} }}' at a machine");
        }

        HashSet<IPAddress> taken = [];
        foreach (var machine in machines)
            foreach (var (name, address) in machine.Network.Joins)
                CheckJoined(machine, name, address, document.Networks, taken, context);
    }

    private static void CheckJoined(
        MachineDefinition machine, string name, IPAddress address, IReadOnlyDictionary<string, IPNetwork> networks, HashSet<IPAddress> taken, BindingContext context)
    {
        var at = machine.Network.Location;
        if (!networks.TryGetValue(name, out var network))
            context.Report(at, $"machine '{machine.Name}' joins network '{name}', which there is not; expected {Known(networks.Keys)}{Spelling.Hint(name, networks.Keys)}");
        else if (!network.IsHost(address))
            context.Report(at, $"{address} of machine '{machine.Name}' is not a host's address in {network}; expected one within, neither the first nor the last");
        else if (!taken.Add(address))
            context.Report(at, $"{address} of machine '{machine.Name}' is another machine's; expected each address once");
        if (machine.CloudInit is not null || (machine.Credentials.Count > 0 && machine.Ignition is null))
            context.Report(at, $"machine '{machine.Name}' joins a network and is not provisioned by Ignition, which sets its address; expected 'ignition' or nothing");
    }

    /// <summary>What a network's name can be, for messages.</summary>
    public static string Known(IEnumerable<string> networks) => networks.Any() ? $"one of {string.Join(", ", networks)}" : "one of 'networks' (there is none)";
}
