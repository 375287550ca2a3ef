using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Results;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Guest;

namespace Kola.Scenarios.Snapshots;

/// <summary>The saved states that one attempt goes on from or makes. They are held until it is disposed of.</summary>
/// <param name="allCold">Whether the run is told to boot everything.</param>
/// <param name="machines">The attempt's machines; they are added as they are made, so that their owner has them however this ends.</param>
/// <param name="create">Makes a machine that is off.</param>
internal sealed class AttemptStates(
    SavedStore store, StateKeys keys, ScenarioCase scenario, bool allCold, AttemptLog log, string folder, TimeProvider time,
    List<LiveMachine> machines, Func<MachineDefinition, AccessKey, CancellationToken, Task<LiveMachine>> create) : IAsyncDisposable
{
    /// <summary>Room to leave on the disk, and for overlays and logs.</summary>
    private const long SpareBytes = 2L << 30;

    private readonly List<SavedLease> leases = [];

    /// <summary>Keys of the states that the machines' disks are overlays of.</summary>
    private IReadOnlyList<string> standsOn = [];
    private AccessKey? access;

    /// <summary>What of the harness goes with the machines.</summary>
    public List<ICheckpointed> Resources { get; } = [];

    /// <summary>Told the name of each checkpoint that was passed, kept or not.</summary>
    public Action<string> Reached { get; init; } = _ => { };

    private bool HasCheckpoints => scenario.Steps.Any(step => step is CheckpointStep);

    /// <summary>Brings the machines up by the fastest way that proves the same.</summary>
    /// <param name="boot">Boots the machines and waits until they are ready.</param>
    public async Task BringUpAsync(Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        if (scenario.From is { } from)
        {
            await ForkAsync(from, cancellation);
            return;
        }

        var cold = ColdReason.Of(scenario, allCold, scenario.Machines.Select(machine => MachineMapping.ToSpec(machine, keys.Image(machine), []))) ?? WhyNoRoom();
        var template = cold is null ? await OpenAsync(await keys.TemplateAsync(scenario, cancellation), cancellation) : null;
        if (template?.State is { } state)
        {
            try
            {
                await GoOnAsync(state, newIdentity: true, cancellation);
                Tell("clone", null, state.Key);
                return;
            }
            catch (HostException e) when (!cancellation.IsCancellationRequested)
            {
                // Never the scenario's loss: it boots, and the template is made again.
                cold = $"its template did not go on, and is removed: {e.Message}";
                await DropAsync(template);
                template = null;
            }
        }

        await BootAsync(template, cold ?? "makes the template", boot, cancellation);
    }

    /// <summary>Keeps the machines as they are now, unless that is kept already; they go on.</summary>
    /// <param name="whyNot">Why they must not be kept: others would go on from what is not the scenario's own doing. <see langword="null"/>: they may.</param>
    /// <returns>What became of it, for people.</returns>
    public async Task<string> CheckpointAsync(CheckpointStep step, string? whyNot, CancellationToken cancellation)
    {
        var became = whyNot is null ? await KeepAsync(step, cancellation) : $"not kept: {whyNot}";
        Reached(step.Label);
        return became;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in leases)
            await lease.DisposeAsync();
        leases.Clear();
    }

    private async Task<string> KeepAsync(CheckpointStep step, CancellationToken cancellation)
    {
        if (WhyNoRoom() is { } full)
            return $"not kept: {full}";
        var lease = await OpenAsync(await keys.CheckpointAsync(scenario, step.Label, cancellation), cancellation);
        if (lease.State is not null)
            return $"kept already as {Wording.Digest(lease.Key)}";
        await SaveAsync(lease, $"{scenario.Once}#{step.Label}", newIdentity: false, cancellation);
        return $"kept as {Wording.Digest(lease.Key)}";
    }

    private async Task BootAsync(SavedLease? template, string reason, Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        access = await AccessKey.CreateAsync(folder, cancellation);
        await CreateAsync(savable: template is not null || HasCheckpoints, cancellation);
        Tell("cold", reason, null);
        await boot(cancellation);
        if (template is null)
            return;
        // The machines that booted go on as clones like all later ones: no attempt is a special case.
        await SaveAsync(template, $"{scenario.Once}, ready", newIdentity: true, cancellation);
        Tell("clone", "of the template it made", template.Key);
    }

    private async Task ForkAsync(ParentCheckpoint from, CancellationToken cancellation)
    {
        var lease = await OpenAsync(await keys.CheckpointAsync(from.Parent, from.Checkpoint, cancellation), cancellation);
        if (lease.State is not { } state)
            throw new NotProvenException($"there is no state '{from.Checkpoint}' of {from.Parent.Id} to go on from; run {from.Parent.Id}, and see that there is room for its state ('kola cache list')");
        await GoOnAsync(state, newIdentity: false, cancellation);
        Tell("fork", $"of {from.Parent.Id}#{from.Checkpoint}", state.Key);
    }

    private async Task GoOnAsync(SavedState state, bool newIdentity, CancellationToken cancellation)
    {
        access = SavedSet.Key(state, folder);
        await CreateAsync(savable: HasCheckpoints, cancellation);
        standsOn = [.. state.Manifest.Parents, state.Key];
        await new SavedSet(machines, Resources, time).ResumeAsync(state, newIdentity, cancellation);
    }

    private async Task SaveAsync(SavedLease lease, string title, bool newIdentity, CancellationToken cancellation)
    {
        var set = new SavedSet(machines, Resources, time);
        var state = await set.SaveAsync(lease, title, standsOn, access!, cancellation);
        standsOn = [.. standsOn, state.Key];
        foreach (var live in machines)
            live.Machine.Savable = HasCheckpoints;
        await set.ResumeAsync(state, newIdentity, cancellation);
    }

    private async Task CreateAsync(bool savable, CancellationToken cancellation)
    {
        foreach (var definition in scenario.Machines)
        {
            var live = await create(definition, access!, cancellation);
            live.Machine.Savable = savable;
            machines.Add(live);
        }
    }

    private async Task<SavedLease> OpenAsync(string key, CancellationToken cancellation)
    {
        var lease = await store.OpenAsync(key, () => log.Machine(scenario.Machines[0].Name, "note", $"waits while another makes the state {Wording.Digest(key)}"), cancellation);
        leases.Add(lease);
        return lease;
    }

    private async Task DropAsync(SavedLease lease)
    {
        foreach (var live in machines)
            await live.DisposeAsync();
        machines.Clear();
        standsOn = [];
        foreach (var file in Directory.EnumerateFiles(folder, "id_ecdsa*"))
            File.Delete(file);
        leases.Remove(lease);
        await lease.DisposeAsync();
        store.TryRemove(lease.Key);
    }

    private string? WhyNoRoom() =>
        store.FreeBytes() is var free && scenario.Machines.Sum(machine => machine.Memory.Bytes) + SpareBytes is var needed && free < needed
            ? $"there is no room for a state ({free >> 20} MiB free, {needed >> 20} MiB needed)"
            : null;

    private void Tell(string path, string? reason, string? state)
    {
        foreach (var live in machines)
            log.Origin(live.Name, path, reason, state);
    }
}
