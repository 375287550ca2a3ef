using System.Text.Json;
using System.Threading.Channels;
using Kola.Machines;
using Kola.Scenarios.Model;
using Kola.Scenarios.Snapshots;
using Kola.Scenarios.Steps.Cluster;
using Kola.Servers.FleetLock;

namespace Kola.Scenarios.Services;

/// <summary>The FleetLock servers of one attempt. They listen before the machines start, as QEMU is told of them on its command line, and are down until a step says otherwise.</summary>
internal sealed class AttemptLocks : IAsyncDisposable, ICheckpointed
{
    /// <summary>Beyond those of <see cref="AttemptServers"/>.</summary>
    private const int FirstAddress = 150;

    private readonly ScenarioCase scenario;
    private readonly List<FleetLockServer> servers = [];
    private readonly Dictionary<string, ServedStep> ordered = [];
    private readonly RequestLog log;

    /// <summary>A server's answer waits for nobody who is told of it.</summary>
    private readonly Channel<(string Server, FleetLockRequest Request)> decisions = Channel.CreateUnbounded<(string, FleetLockRequest)>();
    private readonly Task telling;

    private AttemptLocks(ScenarioCase scenario, string folder)
    {
        (this.scenario, log) = (scenario, new(folder));
        telling = TellAsync();
    }

    /// <inheritdoc/>
    public string Name => "fleet-locks";

    /// <summary>What a machine's network relays.</summary>
    public IReadOnlyList<ServedAddress> Addresses => AddressesOf(scenario).To(servers.Select(server => server.Port));

    /// <summary>The same without ports, which are others in each run.</summary>
    public static IReadOnlyList<ServedAddress> AddressesOf(ScenarioCase scenario) => RelayedAddresses.From(FirstAddress, scenario.Locks.Count);

    /// <summary>Starts those that the scenario names.</summary>
    /// <param name="folder">The attempt's: requests are recorded below it, and holders kept in <c>NAME.locks.json</c>.</param>
    public static async Task<AttemptLocks> StartAsync(ScenarioCase scenario, string folder, TimeProvider time, CancellationToken cancellation)
    {
        var started = new AttemptLocks(scenario, folder);
        try
        {
            foreach (var (name, slots) in scenario.Locks)
            {
                var server = await FleetLockServer.StartAsync(name, slots, Path.Combine(folder, $"{name}.locks.json"), time, cancellation);
                server.Answered += request =>
                {
                    started.log.Write(name, request, ServingJson.Default.FleetLockRequest);
                    if (request.Effect is LockEffect.Granted or LockEffect.Released)
                        started.decisions.Writer.TryWrite((name, request));
                };
                server.Order(new FleetLockFault.Down());
                started.servers.Add(server);
            }

            return started;
        }
        catch (IOException e)
        {
            await started.DisposeAsync();
            throw new HostException($"cannot start the FleetLock servers: {e.Message}; see that 127.0.0.1 has free ports", e);
        }
    }

    /// <summary>Where guests find a server.</summary>
    public Uri Source(string name) => AddressesOf(scenario)[servers.IndexOf(Find(name))].Url();

    /// <summary>Called when a slot was granted or given back, in that order, one at a time.</summary>
    public event Action<string, FleetLockRequest>? Decided;

    /// <summary>All that hold a slot of a server now.</summary>
    /// <param name="name"><see langword="null"/>: the only one.</param>
    public IReadOnlyList<LockHolder> Holders(string? name) => Find(name).Holders;

    /// <summary>All requests to a server.</summary>
    /// <inheritdoc cref="Holders" path="/param"/>
    public IReadOnlyList<FleetLockRequest> Requests(string? name) => Find(name).Requests;

    /// <summary>Answers as the step says from now on.</summary>
    public void Order(FleetLockStep step)
    {
        Find(step.Server).Order([.. step.Faults.Select(Fault)]);
        ordered[step.Server] = ServedStep.Of(step, scenario);
    }

    /// <inheritdoc/>
    public Task<JsonElement> SaveAsync(CancellationToken cancellation) => Task.FromResult(JsonSerializer.SerializeToElement(
        servers.ToDictionary(server => server.Name, server => new SavedLocks(server.Holders, ordered.GetValueOrDefault(server.Name))), ServingJson.Default.DictionaryStringSavedLocks));

    /// <inheritdoc/>
    public Task RestoreAsync(JsonElement saved, CancellationToken cancellation)
    {
        foreach (var (name, locks) in saved.Deserialize(ServingJson.Default.DictionaryStringSavedLocks) ?? [])
        {
            Find(name).Restore(locks.Holders);
            if (locks.Step is not { } place)
                continue;
            Find(name).Order([.. ((FleetLockStep)place.In(scenario)).Faults.Select(Fault)]);
            ordered[name] = place;
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        decisions.Writer.TryComplete();
        await telling;
        log.Dispose();
    }

    private async Task TellAsync()
    {
        await foreach (var (server, request) in decisions.Reader.ReadAllAsync())
            Decided?.Invoke(server, request);
    }

    private FleetLockServer Find(string? name) => name is null ? servers.Single() : servers.Single(server => server.Name == name);

    private static FleetLockFault Fault(LockFault fault) => Act(fault) with
    {
        Times = fault.Times,
        Call = fault.Call switch { LockCalls.PreReboot => LockCall.PreReboot, LockCalls.SteadyState => LockCall.SteadyState, _ => null },
    };

    private static FleetLockFault Act(LockFault fault) => fault switch
    {
        DownLockFault => new FleetLockFault.Down(),
        SlowLockFault slow => new FleetLockFault.Slow(slow.By),
        ErrorLockFault error => new FleetLockFault.Errors(error.Code),
        GrantsTwiceLockFault => new FleetLockFault.GrantsTwice(),
        _ => throw new InvalidOperationException($"no fault for {fault.GetType().Name}"),
    };
}
