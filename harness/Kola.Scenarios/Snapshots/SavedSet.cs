using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Snapshots;

/// <summary>All machines of an attempt, with what the harness keeps for them, saved at one moment and gone on from.</summary>
internal sealed class SavedSet(IReadOnlyList<LiveMachine> machines, IReadOnlyList<ICheckpointed> resources, TimeProvider time)
{
    private const string KeyFolder = "access";

    /// <summary>Saves them; their QEMUs end. <c>ResumeAsync</c> lets them go on.</summary>
    /// <exception cref="HostException">It cannot be done.</exception>
    public async Task<SavedState> SaveAsync(SavedLease lease, string title, IReadOnlyList<string> parents, AccessKey key, CancellationToken cancellation)
    {
        foreach (var live in machines)
            await live.Ssh.DisconnectAsync();
        var on = machines.Where(live => live.Machine.State is MachineState.Running).ToArray();
        await Task.WhenAll(on.Select(live => live.Machine.PauseAsync(cancellation)));
        var saved = new Dictionary<string, JsonElement>();
        foreach (var resource in resources)
            saved[resource.Name] = await resource.SaveAsync(cancellation);
        var staging = lease.Stage();
        await Task.WhenAll(machines.Select(live => live.Machine.SaveAsync(staging.Machine(live.Name), cancellation)));
        CopyKeys(key.PrivateKeyPaths, Path.Combine(staging.Folder, KeyFolder));
        var harness = new SavedHarness { Machines = machines.ToDictionary(live => live.Name, live => new SavedLive([.. live.Boots], live.Ssh.HostKey, [.. live.Canaries.Values], [.. live.ExpectedFailedUnits], live.Releases.Running, live.Releases.Staged)), Resources = saved };
        return await lease.PublishAsync(title, [.. machines.Select(live => live.Name)], parents, harness.ToJson(), time.GetUtcNow(), cancellation);
    }

    /// <summary>The key that opens the state's machines, copied to a folder of the attempt: the state may be gone before the attempt's files are.</summary>
    public static AccessKey Key(SavedState state, string folder)
    {
        CopyKeys(AccessKey.LoadMade(Path.Combine(state.Folder, KeyFolder)).PrivateKeyPaths, folder);
        return AccessKey.LoadMade(folder);
    }

    /// <summary>Goes on from a state, all at once.</summary>
    /// <param name="newIdentity">Whether each machine is given an identity of its own: clones of a template are different machines, forks are one machine in several futures.</param>
    /// <exception cref="HostException">A machine does not go on.</exception>
    /// <exception cref="GuestException">A machine went on and is not well.</exception>
    public async Task ResumeAsync(SavedState state, bool newIdentity, CancellationToken cancellation)
    {
        var harness = SavedHarness.Of(state.Manifest.Harness!.Value);
        foreach (var resource in resources)
            if (harness.Resources.TryGetValue(resource.Name, out var saved))
                await resource.RestoreAsync(saved, cancellation);
        await Task.WhenAll(machines.Select(live => ResumeAsync(live, state.Machine(live.Name), harness.Machines[live.Name], newIdentity, cancellation)));
    }

    private async Task ResumeAsync(LiveMachine live, SavedMachine saved, SavedLive known, bool newIdentity, CancellationToken cancellation)
    {
        live.Boots.Clear();
        live.Boots.AddRange(known.Boots);
        foreach (var canary in known.Canaries ?? [])
            live.Canaries[canary.Path] = canary;
        live.ExpectedFailedUnits.UnionWith(known.ExpectedFailedUnits ?? []);
        live.Releases.Restore(known.Running, known.Staged);
        if (known.HostKey is { } hostKey)
            live.Ssh.HoldTo(hostKey);
        await live.Machine.ResumeAsync(saved, cancellation);
        // A machine that nobody has logged in to has no adapter's answer to wait for.
        if (live.Machine.State is not MachineState.Running || known.Boots.Count == 0)
            return;
        var identity = await live.Machine.GuardAsync(
            "the clone to take its new identity", live.ReadyBound, token => live.Adapter.ReseedAsync(live.Ssh, Seed(newIdentity), token), cancellation);
        if (newIdentity)
            live.Ssh.RenewHostKey(identity.HostKeys);
        await live.GoOnAsync(identity.MachineId, ready: newIdentity, cancellation);
    }

    private GuestSeed Seed(bool newIdentity) => new(
        time.GetUtcNow(), RandomNumberGenerator.GetHexString(128, lowercase: true), newIdentity ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : null);

    private static void CopyKeys(IEnumerable<string> paths, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var from in paths)
        {
            // Born with its mode, as it was the first time.
            using var file = new FileStream(Path.Combine(folder, Path.GetFileName(from)), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(File.ReadAllBytes(from));
        }
    }
}
