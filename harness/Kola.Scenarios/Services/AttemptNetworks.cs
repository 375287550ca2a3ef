using Kola.Machines;
using Kola.Machines.Qemu.Networks.Lab;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Network;

namespace Kola.Scenarios.Services;

/// <summary>The networks that machines of one attempt share. They are there before the machines start, which connect to them.</summary>
internal sealed class AttemptNetworks : IAsyncDisposable
{
    private readonly Dictionary<string, LabSwitch> switches = [];
    private readonly AttemptLog log;

    private AttemptNetworks(AttemptLog log) => this.log = log;

    /// <summary>Makes those that the scenario names, with a port for each machine that joins.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="folder">The attempt's: each port's frames are kept in <c>NETWORK.MACHINE.pcap</c> there.</param>
    /// <exception cref="HostException">A socket or capture cannot be made.</exception>
    public static async Task<AttemptNetworks> StartAsync(ScenarioCase scenario, long seed, MachineEnvironment environment, string folder, AttemptLog log)
    {
        var started = new AttemptNetworks(log);
        try
        {
            foreach (var name in scenario.Networks.Keys)
            {
                var sockets = Path.Combine(environment.Scope.Directory, environment.Scope.NextName("n"));
                var made = started.switches[name] = new(name, seed, sockets, folder, environment.Time);
                made.Changed += change => log.Machine(change.Port, "network", $"{name}: {change.What}{(change.Detail is null ? "" : $" ({change.Detail})")}");
                foreach (var machine in scenario.Machines.Where(machine => machine.Network.Joins.ContainsKey(name)))
                    made.AddPort(machine.Name);
            }

            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The network cards by which a machine joins, in the order of its definition.</summary>
    public IReadOnlyList<LabNic> Of(MachineDefinition machine) =>
        [.. machine.Network.Joins.Keys.Select(name => new LabNic(name, switches[name].Ports.Single(port => port.Name == machine.Name).Socket))];

    /// <summary>The network behaves as the step says from now on.</summary>
    /// <returns>For people.</returns>
    public string Apply(LabStep step)
    {
        var network = switches[step.Network];
        network.Apply(new() { Sets = step.Partition, Rules = [.. step.Faults.Select(Rule)] });
        log.NetworkChanged(step.Network, step.Partition, [.. step.Faults.Select(fault => fault.Title)]);
        return $"frames until now: {string.Join(", ", network.Ports.Select(port => $"{port.Name} sent {port.Count(LabTraffic.Received)}, of which {port.Count(LabTraffic.Cut) + port.Count(LabTraffic.Lost)} did not pass"))}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in switches.Values)
            await network.DisposeAsync();
    }

    private static LabRule Rule(LabFault fault) => new()
    {
        From = fault.From,
        To = fault.To,
        Loss = fault.Loss.Value,
        Duplicate = fault.Duplicate.Value,
        Reorder = fault.Reorder.Value,
        Delay = fault.Delay,
        Jitter = fault.Jitter,
        BytesPerSecond = fault.Bandwidth?.Bytes,
    };
}
