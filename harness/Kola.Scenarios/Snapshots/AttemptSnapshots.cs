using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Results;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Snapshots;

/// <summary>The snapshots that one attempt goes on from or makes. They are held until it is disposed of.</summary>
/// <remarks>
/// How a machine is cloned: here it is decided from which snapshot, <see cref="MachineGroup.ResumeAsync(Snapshot, bool, CancellationToken)"/> lets all machines go on
/// from it at once with what the harness knew of them, <see cref="Machine.ResumeAsync"/> starts one on its files.
/// </remarks>
/// <param name="machines">The attempt's machines; they are added as they are made, so that their owner has them however this ends.</param>
/// <param name="services">What of the harness is saved with the machines.</param>
/// <param name="create">Makes a machine that is off.</param>
internal sealed class AttemptSnapshots(
    RunSnapshots run, ScenarioCase scenario, AttemptLog log, string folder, TimeProvider time,
    List<LiveMachine> machines, AttemptServices services, Func<MachineDefinition, AccessKey, CancellationToken, Task<LiveMachine>> create) : IAsyncDisposable
{
    /// <summary>Room to leave on the disk, and for overlays and logs.</summary>
    private const long SpareBytes = 2L << 30;

    private readonly List<SnapshotLease> leases = [];

    /// <summary>Keys of the snapshots that the machines' disks are overlays of.</summary>
    private IReadOnlyList<string> parents = [];

    private bool Saves => SavesFrom(0);

    private MachineGroup Group => new(machines, services, time);

    /// <summary>Brings the machines up by the fastest way that proves the same.</summary>
    /// <param name="boot">Boots the machines and waits until they are ready.</param>
    public async Task BringUpAsync(Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        if (scenario.From is { } from)
        {
            await ForkAsync(from, cancellation);
            return;
        }

        var cold = ColdReason.Of(scenario, run.AllCold, scenario.Machines.Select(machine => MachineMapping.ToSpec(machine, run.Keys.Image(machine), run.Keys.Accelerator, []))) ?? WhyNoRoom();
        if (cold is not null)
        {
            await BootAsync(savable: Saves, cold, boot, cancellation);
            return;
        }

        var template = await OpenAsync(await run.Keys.TemplateAsync(scenario, cancellation), cancellation);
        if (template.Snapshot is { } snapshot)
            await CloneAsync(template, snapshot, boot, cancellation);
        else
            await MakeTemplateAsync(template, boot, cancellation);
    }

    /// <summary>Keeps the machines as they are now, unless that is kept already; they go on.</summary>
    /// <param name="whyNot">Why they must not be kept: others would go on from what is not the scenario's own doing. <see langword="null"/>: they may.</param>
    /// <returns>What became of it, for people.</returns>
    /// <exception cref="StepFailedException">A machine is on its way somewhere.</exception>
    public async Task<string> CheckpointAsync(string name, string? whyNot, CancellationToken cancellation)
    {
        Group.ThrowIfUnderWay();
        var noRoom = whyNot is null ? WhyNoRoom() : null;
        var became = (whyNot ?? noRoom) is { } why ? $"not kept: {why}" : await KeepAsync(name, cancellation);
        run.Parents.Reached(scenario.Id, name, noRoom);
        return became;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in leases)
            await lease.DisposeAsync();
        leases.Clear();
    }

    private async Task<string> KeepAsync(string name, CancellationToken cancellation)
    {
        var lease = await OpenAsync(await run.Keys.CheckpointAsync(scenario, name, cancellation), cancellation);
        if (lease.Snapshot is not null)
            return $"kept already as {Wording.Digest(lease.Key)}";
        var position = scenario.Steps.Index().First(step => step.Item.Checkpoint == name).Index;
        await SaveAsync(lease, $"{scenario.Once}#{name}", newIdentity: false, SavesFrom(position + 1), cancellation);
        return $"kept as {Wording.Digest(lease.Key)}";
    }

    /// <summary>Clones of a template are machines of their own.</summary>
    private async Task CloneAsync(SnapshotLease template, Snapshot snapshot, Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        try
        {
            await GoOnAsync(snapshot, newIdentity: true, cancellation);
            Tell("clone", null, snapshot.Key);
        }
        catch (HostException e) when (!cancellation.IsCancellationRequested)
        {
            // Never the scenario's loss: it boots, and the template is made again by the next one.
            await DropAsync(template);
            await BootAsync(savable: Saves, $"its template could not be resumed, and is removed: {e.Message}", boot, cancellation);
        }
    }

    private async Task MakeTemplateAsync(SnapshotLease template, Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        await BootAsync(savable: true, "makes the template", boot, cancellation);
        // The machines that booted go on as clones like all later ones: no attempt is a special case.
        await SaveAsync(template, $"{scenario.Once}, ready", newIdentity: true, Saves, cancellation);
        Tell("clone", "of the template it made", template.Key);
    }

    private async Task BootAsync(bool savable, string reason, Func<CancellationToken, Task> boot, CancellationToken cancellation)
    {
        await CreateAsync(await AccessKey.CreateAsync(folder, cancellation), savable, cancellation);
        Tell("cold", reason, null);
        await boot(cancellation);
    }

    /// <summary>Forks of a checkpoint are one machine in several futures.</summary>
    private async Task ForkAsync(ParentCheckpoint from, CancellationToken cancellation)
    {
        var lease = await OpenAsync(await run.Keys.CheckpointAsync(from.Parent, from.Checkpoint, cancellation), cancellation);
        if (lease.Snapshot is not { } snapshot)
            throw run.Parents.WhyNoRoom(from) is { } full
                ? new HostException($"checkpoint '{from.Checkpoint}' of {from.Parent.Id} was not kept, and this continues from it: {full}")
                : new NotProvenException($"there is no snapshot of checkpoint '{from.Checkpoint}' of {from.Parent.Id} to go on from; run {from.Parent.Id}, and check that there is room for its snapshot ('kola cache list')");
        await GoOnAsync(snapshot, newIdentity: false, cancellation);
        Tell("fork", $"of {from.Parent.Id}#{from.Checkpoint}", snapshot.Key);
    }

    private async Task GoOnAsync(Snapshot snapshot, bool newIdentity, CancellationToken cancellation)
    {
        await CreateAsync(MachineGroup.Key(snapshot, folder), savable: Saves, cancellation);
        parents = [.. snapshot.Manifest.Parents, snapshot.Key];
        await Group.ResumeAsync(snapshot, newIdentity, cancellation);
    }

    /// <param name="savable">Whether they are saved again: each needs a copy of its memory for that.</param>
    private async Task SaveAsync(SnapshotLease lease, string title, bool newIdentity, bool savable, CancellationToken cancellation)
    {
        var snapshot = await Group.SaveAsync(lease, title, parents, folder, cancellation);
        parents = [.. parents, snapshot.Key];
        foreach (var live in machines)
            live.Machine.Savable = savable;
        await Group.ResumeAsync(snapshot, newIdentity, cancellation);
    }

    private async Task CreateAsync(AccessKey access, bool savable, CancellationToken cancellation)
    {
        foreach (var definition in scenario.Machines)
        {
            var live = await create(definition, access, cancellation);
            live.Machine.Savable = savable;
            machines.Add(live);
        }
    }

    private async Task<SnapshotLease> OpenAsync(string key, CancellationToken cancellation)
    {
        var lease = await run.Store.OpenAsync(key, () => log.Machine(scenario.Machines[0].Name, "note", $"waiting for another run to make snapshot {Wording.Digest(key)}"), cancellation);
        leases.Add(lease);
        return lease;
    }

    private async Task DropAsync(SnapshotLease lease)
    {
        foreach (var live in machines)
            await live.DisposeAsync();
        machines.Clear();
        parents = [];
        MachineGroup.RemoveKey(folder);
        leases.Remove(lease);
        await lease.DisposeAsync();
        run.Store.TryRemove(lease.Key);
    }

    /// <summary>Whether a step saves machines, from a position among them on.</summary>
    private bool SavesFrom(int position) => scenario.Steps.Skip(position).Any(step => step.Saves);

    private string? WhyNoRoom() =>
        run.Store.FreeBytes() is var free && scenario.Machines.Sum(machine => machine.Memory.Bytes) + SpareBytes is var needed && free < needed
            ? $"no room for a snapshot in {run.Store.Folder} ({free >> 20} MiB free, {needed >> 20} MiB needed); free some space there, remove kept snapshots with 'kola cache prune --all', or set KOLA_STATE_DIR to a folder with room"
            : null;

    private void Tell(string path, string? reason, string? snapshot)
    {
        foreach (var live in machines)
            log.Origin(live.Name, path, reason, snapshot);
    }
}
