using Kola.Machines;
using Kola.Machines.Qemu.Networks.Lab;

namespace Kola.Scenarios.Services;

/// <summary>A network that machines share. It is there before the machines, which connect to it when they start.</summary>
internal sealed record LabNetworkDeclaration(string Name) : ServiceDeclaration(Name)
{
    /// <inheritdoc/>
    /// <remarks>It has a port for each machine that joins, whose frames are kept in <c>NETWORK.MACHINE.pcap</c> in the attempt's folder.</remarks>
    /// <exception cref="HostException">A socket or capture cannot be made.</exception>
    public override async Task<IService> StartAsync(ServiceStart start, CancellationToken cancellation)
    {
        var scope = start.Environment.Scope;
        var network = new LabSwitch(Name, start.Seed, Path.Combine(scope.Directory, scope.NextName("n")), start.Folder, start.Time);
        var service = new LabNetworkService(Name, network, start.Events);
        try
        {
            foreach (var machine in start.Scenario.Machines.Where(machine => machine.Network.Joins.ContainsKey(Name)))
                network.AddPort(machine.Name);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }
}

/// <inheritdoc cref="LabNetworkDeclaration"/>
internal sealed class LabNetworkService : IService
{
    private readonly LabSwitch network;
    private readonly IServiceEvents events;

    public LabNetworkService(string name, LabSwitch network, IServiceEvents events)
    {
        (Name, this.network, this.events) = (name, network, events);
        network.Changed += change => events.Machine(change.Port, "network", $"{name}: {change.What}{(change.Detail is null ? "" : $" ({change.Detail})")}");
    }

    public string Name { get; }

    /// <summary>The network card by which a machine joins.</summary>
    public LabNic Card(string machine) => new(Name, network.Ports.Single(port => port.Name == machine).Socket);

    /// <summary>The network behaves so from now on.</summary>
    /// <param name="partition">Sets of machines that reach each other; <see langword="null"/>: all do.</param>
    /// <param name="faults">What happens to frames, with a line for people.</param>
    /// <returns>What has passed until now, for people.</returns>
    public string Apply(IReadOnlyList<IReadOnlyList<string>>? partition, IReadOnlyList<(LabRule Rule, string Title)> faults)
    {
        network.Apply(new() { Sets = partition, Rules = [.. faults.Select(fault => fault.Rule)] });
        events.NetworkChanged(Name, partition, [.. faults.Select(fault => fault.Title)]);
        return $"frames until now: {string.Join(", ", network.Ports.Select(port => $"{port.Name} sent {port.Count(LabTraffic.Received)}, of which {port.Count(LabTraffic.Cut) + port.Count(LabTraffic.Lost)} did not pass"))}";
    }

    public ValueTask DisposeAsync() => network.DisposeAsync();
}
