using System.Text.Json;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Services;

/// <summary>All services of one attempt: it starts them before the machines, saves and restores them with a checkpoint, and ends them.</summary>
internal sealed class AttemptServices : IAsyncDisposable
{
    private readonly ScenarioCase scenario;
    private readonly IReadOnlyList<ServiceDeclaration> declared;
    private readonly List<IService> services = [];
    private readonly Dictionary<string, AppliedStep> applied = [];
    private readonly RequestLog requests;

    private AttemptServices(ScenarioCase scenario, IReadOnlyDictionary<string, ResolvedImage> images, string folder)
    {
        (this.scenario, Images) = (scenario, images);
        declared = ServiceDeclaration.Of(scenario);
        requests = new(folder);
    }

    /// <summary>The run's images, by the names that scenarios use.</summary>
    public IReadOnlyDictionary<string, ResolvedImage> Images { get; }

    /// <summary>What a machine's network relays.</summary>
    public IReadOnlyList<ServedAddress> Addresses =>
        [.. RelayedAddresses.ByName(declared).Select(relayed => relayed.Address with { HostPort = Server(relayed.Name).Port!.Value })];

    /// <summary>Starts all that the scenario names.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="folder">The attempt's, which exists.</param>
    /// <exception cref="HostException">A service cannot be started. None runs then.</exception>
    public static async Task<AttemptServices> StartAsync(
        ScenarioCase scenario, IReadOnlyDictionary<string, ResolvedImage> images, long seed, MachineEnvironment environment, string folder, IServiceEvents events, CancellationToken cancellation)
    {
        var started = new AttemptServices(scenario, images, folder);
        var start = new ServiceStart(scenario, images, seed, environment, folder, events, started.requests);
        try
        {
            foreach (var declaration in started.declared)
                started.services.Add(await StartAsync(declaration, start, cancellation));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>The service of a kind with that name.</summary>
    /// <param name="name"><see langword="null"/>: the only one of the kind.</param>
    public T Find<T>(string? name)
        where T : IService => services.OfType<T>().Single(service => name is null || service.Name == name);

    public IEnumerable<T> All<T>()
        where T : IService => services.OfType<T>();

    /// <summary>Where machines reach a server.</summary>
    /// <param name="name">See <see cref="Find"/>.</param>
    public Uri Address<T>(string? name)
        where T : IService => RelayedAddresses.ByName(declared).Single(relayed => relayed.Name == Find<T>(name).Name).Address.Url();

    /// <summary>The service does what the step says from now on.</summary>
    /// <exception cref="InputException">It cannot.</exception>
    public async Task ApplyAsync(IServiceStep step, CancellationToken cancellation)
    {
        await step.ApplyAsync(this, cancellation);
        applied[step.Service.Key] = AppliedStep.Of(step, scenario);
    }

    /// <summary>What the services need to go on. The machines' processors stand still meanwhile.</summary>
    public JsonElement Save() => JsonSerializer.SerializeToElement(
        services.ToDictionary(service => service.Key, service => new SavedService(applied.GetValueOrDefault(service.Key), service.Save())), ServiceJson.Default.DictionaryStringSavedService);

    /// <summary>Goes on from what was saved, before the machines do.</summary>
    public async Task RestoreAsync(JsonElement saved, CancellationToken cancellation)
    {
        foreach (var (key, service) in saved.Deserialize(ServiceJson.Default.DictionaryStringSavedService) ?? [])
        {
            if (service.State is { } state)
                services.Single(one => one.Key == key).Restore(state);
            if (service.Applied is not { } last)
                continue;
            await last.In(scenario).ApplyAsync(this, cancellation);
            applied[key] = last;
        }
    }

    /// <summary>Waits until the QEMU of a machine is plugged in to all networks that it joins.</summary>
    public Task JoinedAsync(string machine, CancellationToken cancellation) => Task.WhenAll(All<LabNetworkService>().Select(network => network.JoinedAsync(machine, cancellation)));

    public async ValueTask DisposeAsync()
    {
        List<Exception> failures = [];
        foreach (var service in services.AsEnumerable().Reverse())
        {
            try
            {
                await service.DisposeAsync();
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        requests.Dispose();
        if (failures is [var first, ..])
            throw new HostException($"a service beside the machines did not end: {first.Message}", first);
    }

    private IService Server(string name) => services.Single(service => service.Port is not null && service.Name == name);

    private static async Task<IService> StartAsync(ServiceDeclaration declaration, ServiceStart start, CancellationToken cancellation)
    {
        try
        {
            return await declaration.StartAsync(start, cancellation);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new HostException($"cannot start '{declaration.Name}', which runs beside the machines: {e.Message}; check that 127.0.0.1 has free ports and the disk has room", e);
        }
    }
}
