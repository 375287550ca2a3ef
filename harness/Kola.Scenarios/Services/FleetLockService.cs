using System.Text.Json;
using System.Threading.Channels;
using Kola.Servers.FleetLock;

namespace Kola.Scenarios.Services;

/// <summary>A FleetLock server. It is down until a step says otherwise.</summary>
/// <param name="Slots">Number of slots by group.</param>
internal sealed record FleetLockDeclaration(string Name, IReadOnlyDictionary<string, int> Slots) : ServiceDeclaration(Name)
{
    private const int Block = 150;

    public override int? FirstAddress => Block;

    /// <summary>Where machines find the first FleetLock server of a scenario.</summary>
    public static Uri First { get; } = RelayedAddresses.First(Block);

    /// <inheritdoc/>
    /// <remarks>Holders are kept in <c>NAME.locks.json</c> in the attempt's folder.</remarks>
    public override async Task<IService> StartAsync(ServiceStart start, CancellationToken cancellation) =>
        new FleetLockService(await FleetLockServer.StartAsync(Name, Slots, Path.Combine(start.Folder, $"{Name}.locks.json"), start.Time, cancellation), start);
}

/// <inheritdoc cref="FleetLockDeclaration"/>
internal sealed class FleetLockService : IService
{
    /// <summary>A server's answer does not wait for those who are told of it.</summary>
    private readonly Channel<FleetLockRequest> decisions = Channel.CreateUnbounded<FleetLockRequest>();
    private readonly FleetLockServer server;
    private readonly IServiceEvents events;
    private readonly Task telling;

    public FleetLockService(FleetLockServer server, ServiceStart start)
    {
        (this.server, events) = (server, start.Events);
        server.Order(new LockFault.Down());
        server.Answered += request =>
        {
            start.Requests.Write(Name, request, ServiceJson.Default.FleetLockRequest);
            if (request.Effect is LockEffect.Granted or LockEffect.Released)
                decisions.Writer.TryWrite(request);
        };
        telling = TellAsync();
    }

    public string Name => server.Name;

    public int? Port => server.Port;

    /// <summary>All that hold a slot now.</summary>
    public IReadOnlyList<LockHolder> Holders => server.Holders;

    public IReadOnlyList<FleetLockRequest> Requests => server.Requests;

    /// <summary>Called when a slot was granted or given back, in that order, one at a time.</summary>
    public event Action? Decided;

    /// <summary>From now on these go wrong, instead of those before.</summary>
    public void Order(IReadOnlyList<LockFault> faults) => server.Order(faults);

    public JsonElement? Save() => JsonSerializer.SerializeToElement(server.Holders, ServiceJson.Default.IReadOnlyListLockHolder);

    public void Restore(JsonElement saved) => server.Restore(saved.Deserialize(ServiceJson.Default.IReadOnlyListLockHolder) ?? []);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        decisions.Writer.TryComplete();
        await telling;
    }

    private async Task TellAsync()
    {
        await foreach (var request in decisions.Reader.ReadAllAsync())
        {
            events.LockDecided(Name, request.Group!, request.Id!, request.Effect is LockEffect.Granted);
            Decided?.Invoke();
        }
    }
}
