using Kola.Machines;
using Kola.Machines.Images;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Services;

/// <summary>A service that a scenario names, and how it is started. It is started before the machines: QEMU is told of it on its command line.</summary>
internal abstract record ServiceDeclaration(string Name)
{
    /// <summary>The first of the addresses (10.0.2.x) by which machines reach services of this kind; <see langword="null"/>: they reach it otherwise.</summary>
    public virtual int? FirstAddress => null;

    /// <summary>Unique among all services of an attempt: a network may have the name of a server.</summary>
    public virtual string Key => Name;

    /// <exception cref="IOException">There is no port or socket to listen on.</exception>
    public abstract Task<IService> StartAsync(ServiceStart start, CancellationToken cancellation);

    /// <summary>All of a scenario: networks, then the services of its steps in order, those of the scenarios that it continues from first.</summary>
    public static IReadOnlyList<ServiceDeclaration> Of(ScenarioCase scenario) =>
    [
        .. scenario.Networks.Keys.Select(name => new LabNetworkDeclaration(name))
            .Concat(scenario.Ancestry.Reverse().SelectMany(ancestor => ancestor.Steps).OfType<IServiceStep>().Select(step => step.Service)).DistinctBy(service => service.Key),
    ];
}

/// <summary>A kind of step that tells a service what to do from now on. The first one with its name declares the service.</summary>
internal interface IServiceStep
{
    ServiceDeclaration Service { get; }

    /// <summary>Applies the step. At a scenario that continues from a checkpoint, the last one of each service is applied again.</summary>
    Task ApplyAsync(AttemptServices services, CancellationToken cancellation);
}

/// <summary>What a service is started with.</summary>
/// <param name="Images">The run's, by the names that scenarios use.</param>
/// <param name="Seed">Of every random choice of the run.</param>
/// <param name="Folder">The attempt's: what a service keeps for people goes there.</param>
/// <param name="Requests">Where a server records each request.</param>
internal sealed record ServiceStart(
    ScenarioCase Scenario, IReadOnlyDictionary<string, ResolvedImage> Images, long Seed, MachineEnvironment Environment, string Folder, IServiceEvents Events, RequestLog Requests)
{
    public TimeProvider Time => Environment.Time;
}

/// <summary>What services report for the event log.</summary>
internal interface IServiceEvents
{
    /// <summary>Something happened at a machine's side.</summary>
    void Machine(string machine, string state, string? detail = null);

    /// <summary>A network between machines behaves otherwise from now on.</summary>
    void NetworkChanged(string network, IReadOnlyList<IReadOnlyList<string>>? partition, IReadOnlyList<string> faults);

    /// <summary>A FleetLock server granted a slot or took it back.</summary>
    void LockDecided(string server, string group, string client, bool holds);
}
