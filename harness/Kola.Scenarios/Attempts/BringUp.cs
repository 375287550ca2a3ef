using Kola.Machines;
using Kola.Machines.Capabilities;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Scenarios.Snapshots;

namespace Kola.Scenarios.Attempts;

/// <summary>Starts what runs beside the machines, then brings the machines up: from a snapshot where there is one, else from the image.</summary>
/// <param name="machines">They are added as they are made, so that the attempt closes them however this ends.</param>
/// <param name="opened">Takes over all else.</param>
internal sealed class BringUp(
    ScenarioCase scenario, AttemptSettings settings, MachineEnvironment environment, string folder, AttemptLog log, List<LiveMachine> machines, TeardownStack opened)
{
    /// <summary>Returns what the steps work with.</summary>
    public async Task<Rig> RunAsync(CancellationToken cancellation)
    {
        MakeFolder();
        var services = opened.Add(
            "the services beside the machines", await AttemptServices.StartAsync(scenario, settings.Images, settings.Seed, environment, folder, log, cancellation));
        var snapshots = settings.Snapshots is { } kept ? new AttemptSnapshots(kept, scenario, log, folder, environment.Time, machines, services, CreateAsync) : null;
        if (snapshots is not null)
            opened.Add("the snapshots", snapshots);
        opened.AddAll(() => machines.Select(live => ($"machine {live.Name}", (IAsyncDisposable)live)));
        var rig = new Rig(machines, services, snapshots);
        if (snapshots is null)
            await BootAllAsync();
        else
            await snapshots.BringUpAsync(BootAsync, cancellation);
        return rig;

        Task<LiveMachine> CreateAsync(MachineDefinition definition, AccessKey key, CancellationToken token) =>
            this.CreateAsync(definition, key, MachineNetworks.Of(scenario, definition, services), token);

        async Task BootAllAsync()
        {
            if (scenario.From is { } from)
                throw new NotProvenException($"this host keeps no snapshots, so there is no checkpoint '{from.Checkpoint}' of {from.Parent.Id} to go on from");
            var key = await AccessKey.CreateAsync(folder, cancellation);
            foreach (var definition in scenario.Machines)
                machines.Add(await CreateAsync(definition, key, cancellation));
            await BootAsync(cancellation);
        }
    }

    private void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the attempt's folder: {e.Message}; free some space, or set KOLA_STATE_DIR to a folder with room", e);
        }
    }

    private async Task<LiveMachine> CreateAsync(MachineDefinition definition, AccessKey key, MachineNetworks networks, CancellationToken cancellation)
    {
        var live = await LiveMachine.CreateAsync(definition, settings.Images[definition.Image!], networks, environment, key, folder, log, cancellation);
        live.Machine.AllowFaults(scenario.AllowedFaults);
        live.Releases.Invariants.Allowed =
        [
            .. scenario.MayChange.Select(change => change.Allowance),
            // A release that brings a further signer says so, in its record too; whose key it is, the scenario of that capability proves.
            .. settings.Images.Values.Any(image => image.Capabilities.Contains(Capability.KeyRotation)) ? (InvariantAllowance[])[new(Invariant.TrustAnchors, null)] : [],
        ];
        return live;
    }

    private async Task BootAsync(CancellationToken cancellation)
    {
        // The first failure ends the others' start: the attempt is lost, and waiting longer tells nothing more.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await WhenAllOrFirstFailureAsync(machines.Where(m => m.Definition.Start).Select(m => m.PowerOnAsync(together.Token)), together);
    }

    private static async Task WhenAllOrFirstFailureAsync(IEnumerable<Task> starts, CancellationTokenSource together)
    {
        Exception? first = null;
        await foreach (var ended in Task.WhenEach(starts))
        {
            try
            {
                await ended;
            }
            catch (Exception e)
            {
                first ??= e;
                await together.CancelAsync();
            }
        }

        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }
}

/// <summary>What is up when the first step begins.</summary>
/// <param name="Snapshots"><see langword="null"/>: this host keeps none.</param>
internal sealed record Rig(IReadOnlyList<LiveMachine> Machines, AttemptServices Services, AttemptSnapshots? Snapshots);
