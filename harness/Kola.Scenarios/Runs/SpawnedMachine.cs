using System.Net;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Machines.Ssh;
using Kola.Results.Events;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Runs;

/// <summary>One machine outside of any scenario, for a person (<c>kola spawn</c>) or a measurement.</summary>
public sealed class SpawnedMachine : IAsyncDisposable
{
    private readonly LiveMachine live;

    private SpawnedMachine(LiveMachine live, IPEndPoint endpoint, IReadOnlyList<string> login, string folder)
    {
        this.live = live;
        Endpoint = endpoint;
        SshCommand = login;
        Folder = folder;
    }

    /// <summary>Where the guest's SSH answers on this host.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Console, QEMU's log and command line, SSH transcript.</summary>
    public string Folder { get; }

    /// <summary>Completes when the machine is gone: it died, or the guest shut it down.</summary>
    public Task Gone => live.Machine.Stopped;

    /// <summary>Program and arguments of OpenSSH's client that log in.</summary>
    public IReadOnlyList<string> SshCommand { get; }

    /// <summary>Boots the machine and waits until it is ready (unless its definition says not to).</summary>
    /// <param name="folder">Its files go here.</param>
    /// <param name="observe">Called for each thing that happens to it.</param>
    /// <exception cref="GuestException">It did not become ready.</exception>
    public static async Task<SpawnedMachine> StartAsync(
        ExecutionHost host, ResolvedImage image, MachineDefinition definition, string folder, Action<RunEvent> observe, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        return await StartAsync(host, image, definition, await AccessKey.CreateAsync(folder, cancellation), saved: null, folder, observe, cancellation);
    }

    /// <summary>The same of a machine that was saved while it was off: it boots from its own disk, on an overlay, with its firmware variables.</summary>
    /// <param name="keys">Folder of the keys that open it.</param>
    /// <inheritdoc cref="StartAsync(ExecutionHost, ResolvedImage, MachineDefinition, string, Action{RunEvent}, CancellationToken)"/>
    /// <exception cref="InputException">The keys are missing.</exception>
    public static Task<SpawnedMachine> StartSavedAsync(
        ExecutionHost host, ResolvedImage image, MachineDefinition definition, MachineSnapshot saved, string keys, string folder, Action<RunEvent> observe, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        return StartAsync(host, image, definition, AccessKey.LoadMade(keys), saved, folder, observe, cancellation);
    }

    private static async Task<SpawnedMachine> StartAsync(
        ExecutionHost host, ResolvedImage image, MachineDefinition definition, AccessKey key, MachineSnapshot? saved, string folder, Action<RunEvent> observe, CancellationToken cancellation)
    {
        var log = new AttemptLog(observe, "spawn", attempt: 1);
        var live = await LiveMachine.CreateAsync(definition, image, MachineNetworks.None, host.Environment(folder), key, folder, log, cancellation);
        try
        {
            if (saved is not null)
                await live.Machine.ResumeAsync(saved, cancellation);
            await live.PowerOnAsync(cancellation);
            return new(live, await live.Machine.SshEndpointAsync(cancellation), await live.LoginAsync(cancellation), folder);
        }
        catch
        {
            await live.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command in the guest over Kola's own connection.</summary>
    public Task<CommandResult> RunAsync(string command, TimeSpan bound, CancellationToken cancellation) => live.Ssh.RunAsync(command, bound, cancellation);

    public ValueTask DisposeAsync() => live.DisposeAsync();
}
