using System.Collections.Concurrent;
using System.Text.Json;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Scenarios.Model;
using Kola.Scenarios.Snapshots;
using Kola.Scenarios.Steps.Update;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Services;

/// <summary>The update servers of one attempt. They listen before the machines start, as QEMU is told of them on its command line, and serve nothing until a step says so.</summary>
internal sealed class AttemptServers : IAsyncDisposable, ICheckpointed
{
    private const int FirstAddress = 100;

    private readonly ScenarioCase scenario;
    private readonly IReadOnlyDictionary<string, ResolvedImage> images;
    private readonly ServedReleases releases;
    private readonly List<PayloadServer> servers = [];
    private readonly Dictionary<string, ServedStep> offered = [];
    private readonly RequestLog log;

    private AttemptServers(ScenarioCase scenario, IReadOnlyDictionary<string, ResolvedImage> images, string folder)
    {
        (this.scenario, this.images) = (scenario, images);
        releases = new(images);
        log = new(folder);
    }

    /// <inheritdoc/>
    public string Name => "servers";

    /// <summary>What a machine's network relays.</summary>
    public IReadOnlyList<ServedAddress> Addresses => AddressesOf(scenario).To(servers.Select(server => server.Port));

    /// <summary>The same without ports, which are others in each run.</summary>
    public static IReadOnlyList<ServedAddress> AddressesOf(ScenarioCase scenario) => RelayedAddresses.From(FirstAddress, scenario.Servers.Count);

    /// <summary>Starts those that the scenario names.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="folder">The attempt's: requests are recorded below it.</param>
    public static async Task<AttemptServers> StartAsync(
        ScenarioCase scenario, IReadOnlyDictionary<string, ResolvedImage> images, long seed, string folder, TimeProvider time, CancellationToken cancellation)
    {
        var started = new AttemptServers(scenario, images, folder);
        try
        {
            foreach (var name in scenario.Servers)
            {
                var server = await PayloadServer.StartAsync(name, seed, time, cancellation);
                server.Answered += request => started.log.Write(name, request, ServingJson.Default.PayloadRequest);
                started.servers.Add(server);
            }

            return started;
        }
        catch (IOException e)
        {
            await started.DisposeAsync();
            throw new HostException($"cannot start the update servers: {e.Message}; see that 127.0.0.1 has free ports", e);
        }
    }

    /// <param name="name"><see langword="null"/>: the only one.</param>
    public PayloadServer Find(string? name) => name is null ? servers.Single() : servers.Single(server => server.Name == name);

    /// <summary>Where guests find a server.</summary>
    public Uri Source(string? name) => AddressesOf(scenario)[servers.IndexOf(Find(name))].Url();

    /// <summary>Releases that were served so far, by what they call themselves.</summary>
    public ConcurrentBag<string> Offered { get; } = [];

    /// <summary>Serves what the step says from now on.</summary>
    /// <exception cref="InputException">An image has no update artifacts.</exception>
    public async Task OfferAsync(ServeStep step, CancellationToken cancellation)
    {
        Find(step.Server).Offer(await releases.OfferAsync(step, cancellation));
        if (images[step.Release].Release is { } release)
            Offered.Add(release);
        offered[step.Server] = ServedStep.Of(step, scenario);
    }

    /// <inheritdoc/>
    public Task<JsonElement> SaveAsync(CancellationToken cancellation) =>
        Task.FromResult(JsonSerializer.SerializeToElement(offered, ServingJson.Default.DictionaryStringServedStep));

    /// <inheritdoc/>
    /// <remarks>What a server served is a step of a scenario that led here; that is carried out again.</remarks>
    public async Task RestoreAsync(JsonElement saved, CancellationToken cancellation)
    {
        foreach (var (name, place) in saved.Deserialize(ServingJson.Default.DictionaryStringServedStep) ?? [])
        {
            Find(name).Offer(await releases.OfferAsync((ServeStep)place.In(scenario), cancellation));
            offered[name] = place;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        log.Dispose();
    }
}
