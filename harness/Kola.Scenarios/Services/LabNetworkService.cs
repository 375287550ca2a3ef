using Kola.Machines;
using Kola.Machines.Qemu.Networks.Lab;

namespace Kola.Scenarios.Services;

/// <summary>A network that machines share. It is there before the machines, which connect to it when they start.</summary>
internal sealed record LabNetworkDeclaration(string Name) : ServiceDeclaration(Name)
{
    public override string Key => KeyOf(Name);

    /// <summary>A server's name has no space.</summary>
    public static string KeyOf(string name) => $"network {name}";

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

    public string Key => LabNetworkDeclaration.KeyOf(Name);

    /// <summary>What has passed until now, for people.</summary>
    public string Passed => $"frames until now: {string.Join(", ", network.Ports.Select(port => $"{port.Name} sent {port.Count(LabTraffic.Received)}, of which {port.Count(LabTraffic.Cut) + port.Count(LabTraffic.Lost)} did not pass"))}";

    /// <summary>The network card by which a machine joins.</summary>
    public LabNic Card(string machine) => new(Name, network.Ports.Single(port => port.Name == machine).Socket);

    /// <summary>Waits until the QEMU of a machine has plugged its cable in; returns at once for a machine that does not join.</summary>
    public Task JoinedAsync(string machine, CancellationToken cancellation) =>
        network.Ports.FirstOrDefault(port => port.Name == machine)?.WaitForConnectionAsync(cancellation) ?? Task.CompletedTask;

    /// <summary>The network behaves so from now on.</summary>
    /// <param name="partition">Sets of machines that reach each other; <see langword="null"/>: all do.</param>
    /// <param name="faults">What happens to frames.</param>
    public void Apply(IReadOnlyList<IReadOnlyList<string>>? partition, IReadOnlyList<LabFault> faults)
    {
        network.Apply(new() { Sets = partition, Faults = faults });
        events.NetworkChanged(Name, partition, [.. faults.Select(fault => fault.Title)]);
    }

    public ValueTask DisposeAsync() => network.DisposeAsync();
}
