using System.Collections.Concurrent;
using Kola.Machines;
using Kola.Machines.Guests;

namespace Kola.Scenarios.Live;

/// <content>How it is switched on and off, and restarted.</content>
internal sealed partial class LiveMachine
{
    /// <summary>Powers the machine on and, where it is to be waited for, waits until it is ready.</summary>
    /// <param name="wait">false: do not wait, also where its definition says so.</param>
    public async Task PowerOnAsync(CancellationToken cancellation, bool wait = true)
    {
        Forget();
        Releases.Departing();
        var waited = wait && Definition.Ready.Wait;
        // Only an OS that was never up may restart itself on its way: some do so once, when they are installed.
        if (waited && Boots.Count > 0)
            Machine.RebootsLeft = 0;
        await Machine.StartAsync(cancellation);
        if (waited)
            await ArriveAsync(null, cancellation);
    }

    /// <summary>Restarts the machine; returns when it is ready again under another boot id.</summary>
    /// <param name="path">By which path it comes to its release, where that is known.</param>
    public async Task RebootAsync(bool hard, CancellationToken cancellation, string? path = null)
    {
        if (!hard && (path is not null || Releases.Staged is not null))
            await Releases.Invariants.RememberAsync(cancellation);
        Forget();
        Releases.Departing();
        Machine.RebootsLeft = hard ? 0 : 1;
        await ArrivedAsync(await readiness.RebootAsync(hard ? RebootManner.Hard : RebootManner.Soft, Options, cancellation), path, cancellation);
    }

    /// <summary>Restarts the guest's user space under the running kernel; returns when it is ready again. It is no other boot.</summary>
    /// <returns>What happened, for people.</returns>
    public async Task<string> RestartUserSpaceAsync(CancellationToken cancellation)
    {
        Forget();
        Machine.RebootsLeft = 0;
        return await ArrivedInUserSpaceAsync(await readiness.RebootAsync(RebootManner.UserSpace, Options, cancellation), cancellation);
    }

    /// <summary>Lets the guest restart, which it has asked for itself; returns when it is ready again.</summary>
    /// <param name="userSpace">Whether its user space alone restarts, and the boot stays.</param>
    /// <param name="letGo">Tells the guest to go on; the connection may be lost on the way.</param>
    /// <returns>What happened, for people.</returns>
    public async Task<string> RestartAsAskedAsync(bool userSpace, Func<CancellationToken, Task> letGo, CancellationToken cancellation)
    {
        var before = Boots[^1];
        Forget();
        Releases.Departing();
        if (userSpace)
        {
            Machine.RebootsLeft = 0;
            return await ArrivedInUserSpaceAsync(await readiness.UserSpaceRestartedAsync(letGo, Options, cancellation), cancellation);
        }

        await Machine.GuardAsync("the guest to be told that it may reboot", readyBound, letGo, cancellation);
        await ArrivedAsync(await readiness.RebootedAsync(before, Options, cancellation), null, cancellation);
        return $"boot {Boots.Count}";
    }

    private async Task<string> ArrivedInUserSpaceAsync(ReadyReport report, CancellationToken cancellation)
    {
        IsReady = true;
        var told = $"another user space in boot {report.BootId}, {report.SystemState}, SSH after {report.ToSsh.TotalSeconds:0.0} s{await RunningAsync(cancellation)}";
        log.Machine(Name, "ready", told);
        Arrived?.Invoke();
        return told;
    }

    /// <summary>Restarts the machine, or powers it on when it is off, and does not wait. <see cref="RebootKind.Own"/>: it does so by itself.</summary>
    public async Task DepartAsync(RebootKind how, CancellationToken cancellation)
    {
        if (how is RebootKind.Soft && IsReady && Machine.State is MachineState.Running && Releases.Running is not null)
            await Releases.Invariants.RememberAsync(cancellation);
        Forget();
        Releases.Departing();
        if (Machine.State is not MachineState.Running)
        {
            await Machine.StartAsync(cancellation);
        }
        else if (how is RebootKind.Hard)
        {
            await Machine.ResetAsync(cancellation);
            await Ssh.DisconnectAsync().WaitAsync(cancellation);
        }
        else if (how is RebootKind.Soft)
        {
            await Machine.GuardAsync("the guest to accept the command to reboot", readyBound, token => Adapter.RequestRebootAsync(Ssh, token), cancellation);
        }
        else if (how is RebootKind.UserSpace)
        {
            throw new InputException("'user-space' is not supported with 'wait: false' or in 'fall-back': only a wait can tell that the user space is another one; use a 'reboot' step that waits");
        }
    }

    /// <summary>Waits until a machine that comes up is ready.</summary>
    /// <param name="path">By which path it comes to its release, where that is known.</param>
    public async Task ArriveAsync(string? path, CancellationToken cancellation)
    {
        await ArrivedAsync(await readiness.WaitAsync(Options, cancellation), path, cancellation);
    }

    /// <summary>Waits until the machine has restarted by itself and is ready again under another boot id.</summary>
    /// <returns>What the machine told of the restart: <c>watchdog</c>, <c>reset</c>, each with its reason.</returns>
    public async Task<IReadOnlyList<MachineChange>> AwaitRebootAsync(CancellationToken cancellation)
    {
        var before = Boots[^1];
        var changes = new ConcurrentQueue<MachineChange>();
        Machine.Changed += changes.Enqueue;
        try
        {
            Forget();
            await ArrivedAsync(await readiness.RebootedAsync(before, Options, cancellation), null, cancellation);
        }
        finally
        {
            Machine.Changed -= changes.Enqueue;
        }

        return [.. changes];
    }

    public async Task PowerOffAsync(CancellationToken cancellation)
    {
        if (IsReady && Releases.Staged is not null)
            await Releases.Invariants.RememberAsync(cancellation);
        (IsReady, Update) = (false, null);
        // Somebody who waits for the guest's SSH keeps the session until the guest is off: that is not waited for.
        if (Ssh.IsConnected)
            await Ssh.DisconnectAsync().WaitAsync(cancellation);
        await Machine.PowerOffAsync(grace, cancellation);
    }

    /// <summary>Puts a new disk in the machine, which is off: what was known of the system on the old one holds no more.</summary>
    public async Task ReplaceDiskAsync(CancellationToken cancellation)
    {
        await Machine.ReplaceBootDiskAsync(cancellation);
        Forget();
        Ssh.ForgetHostKey();
        Canaries.Clear();
        Watched.Clear();
        ExpectedFailedUnits.Clear();
        Releases.Forget();
    }

    public async Task PowerCutAsync(CancellationToken cancellation)
    {
        (IsReady, Update) = (false, null);
        await Machine.PowerCutAsync(cancellation);
        await Ssh.DisconnectAsync().WaitAsync(cancellation);
    }
}
