using System.Globalization;
using System.Security.Cryptography;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Snapshots;

/// <summary>All machines of an attempt, with what the harness keeps for them: saved at one moment, and gone on from together.</summary>
internal sealed class MachineGroup(IReadOnlyList<LiveMachine> machines, AttemptServices services, TimeProvider time)
{
    private const string KeyFolder = "access";

    /// <summary>The keys that open the snapshot's machines, copied to a folder of the attempt: the snapshot may be gone before the attempt's files are.</summary>
    public static AccessKey Key(Snapshot snapshot, string folder)
    {
        AccessKey.LoadMade(Path.Combine(snapshot.Folder, KeyFolder)).CopyTo(folder);
        return AccessKey.LoadMade(folder);
    }

    /// <summary>Removes an attempt's keys, before others take their place.</summary>
    public static void RemoveKey(string folder)
    {
        foreach (var file in AccessKey.FilesIn(folder))
            File.Delete(file);
    }

    /// <summary>What is under way in a machine could not be waited for by whoever goes on from here.</summary>
    /// <exception cref="StepFailedException">Something is.</exception>
    public void ThrowIfUnderWay()
    {
        if (machines.FirstOrDefault(live => live.Update is { Report.IsCompleted: false }) is { } updating)
            throw new StepFailedException($"{updating.Name} updates itself in the background; wait for it with 'wait-for: {{update: …}}' before the checkpoint");
        if (machines.FirstOrDefault(live => live is { Machine.State: MachineState.Running, Boots.Count: > 0, IsReady: false }) is { } restarting)
            throw new StepFailedException($"{restarting.Name} restarts; wait until it is ready, or power it off, before the checkpoint");
    }

    /// <summary>Saves them; their QEMUs end. <c>ResumeAsync</c> lets them go on.</summary>
    /// <param name="parents">Keys of the snapshots that their disks are overlays of.</param>
    /// <param name="folder">The attempt's, which has the key that opens them.</param>
    /// <exception cref="HostException">It cannot be done.</exception>
    public async Task<Snapshot> SaveAsync(SnapshotLease lease, string title, IReadOnlyList<string> parents, string folder, CancellationToken cancellation)
    {
        foreach (var live in machines)
            await live.Ssh.DisconnectAsync().WaitAsync(cancellation);
        var on = machines.Where(live => live.Machine.State is MachineState.Running).ToArray();
        await Task.WhenAll(on.Select(live => live.Machine.PauseAsync(cancellation)));
        var saved = services.Save();
        await Task.WhenAll(machines.Select(live => live.Machine.SaveAsync(lease.Stage(live.Name), cancellation)));
        AccessKey.LoadMade(folder).CopyTo(Path.Combine(lease.Stage(), KeyFolder));
        var harness = new HarnessSnapshot { Machines = machines.ToDictionary(live => live.Name, LiveMachineSnapshot.Of), Services = saved };
        return await lease.PublishAsync(title, [.. machines.Select(live => live.Name)], parents, harness.ToJson(), time.GetUtcNow(), cancellation);
    }

    /// <summary>Goes on from a snapshot, all at once.</summary>
    /// <param name="newIdentity">Whether each machine is given an identity of its own: clones of a template are different machines, forks are one machine in several futures.</param>
    /// <exception cref="HostException">A machine does not go on.</exception>
    /// <exception cref="GuestException">A machine went on and is not well.</exception>
    public async Task ResumeAsync(Snapshot snapshot, bool newIdentity, CancellationToken cancellation)
    {
        var harness = HarnessSnapshot.Of(snapshot.Manifest.Harness!.Value);
        await services.RestoreAsync(harness.Services, cancellation);
        await Task.WhenAll(machines.Select(live => LoadAsync(live, snapshot.Machine(live.Name), harness.Machines[live.Name], cancellation)));
        // All stood at one moment, and none runs before the last one can answer it: to each other they were never away.
        LiveMachine[] on = [.. machines.Where(live => live.Machine.State is MachineState.Running)];
        await Task.WhenAll(on.Select(live => live.Machine.ContinueAsync(cancellation)));
        // A machine that nobody has logged in to has no adapter's answer to wait for.
        await Task.WhenAll(on.Where(live => live.Boots.Count > 0).Select(live => GreetAsync(live, newIdentity, cancellation)));
    }

    private async Task LoadAsync(LiveMachine live, MachineSnapshot saved, LiveMachineSnapshot known, CancellationToken cancellation)
    {
        known.Restore(live);
        await live.Machine.LoadAsync(saved, cancellation);
        if (live.Machine.State is MachineState.Running)
            await live.Machine.GuardAsync("its QEMU to connect to the networks that it joins", live.ReadyBound, token => services.JoinedAsync(live.Name, token), cancellation);
    }

    private async Task GreetAsync(LiveMachine live, bool newIdentity, CancellationToken cancellation)
    {
        var identity = await live.Machine.GuardAsync(
            newIdentity ? "the clone to take its new identity" : "the fork to take the time and fresh random numbers", live.ReadyBound,
            async token =>
            {
                // An emulated guest takes seconds to let anybody in; the time is what it is then.
                await live.Ssh.ConnectAsync(token);
                return await live.Adapter.ReseedAsync(live.Ssh, Seed(newIdentity), token);
            },
            cancellation);
        if (newIdentity)
            live.Ssh.RenewHostKey(identity.HostKeys);
        await live.GoOnAsync(identity.MachineId, ready: newIdentity, cancellation);
    }

    private GuestSeed Seed(bool newIdentity) => new(
        time.GetUtcNow(), RandomNumberGenerator.GetHexString(128, lowercase: true), newIdentity ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : null);
}
