using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>
/// Ready is a list of conditions that all hold: the SSH handshake is done, the guest's start has settled, no unit has failed but those
/// that may. A console fault or QEMU's death ends any wait at once.
/// </summary>
public sealed class Readiness
{
    /// <summary>How often the host looks whether the connection still stands. The guest notices nothing.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long before a guest that still answers is asked again: each question is work for it.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DiagnosisBound = TimeSpan.FromSeconds(20);
    private readonly IGuardedMachine machine;
    private readonly SshSession ssh;
    private readonly IGuestAdapter adapter;
    private readonly TimeProvider time;
    private string state = "";

    public Readiness(Machine machine, SshSession ssh, IGuestAdapter adapter, TimeProvider time)
        : this(new GuardedMachine(machine), ssh, adapter, time) { }

    internal Readiness(IGuardedMachine machine, SshSession ssh, IGuestAdapter adapter, TimeProvider time)
    {
        this.machine = machine;
        this.ssh = ssh;
        this.adapter = adapter;
        this.time = time;
    }

    /// <summary>Waits until the machine is ready.</summary>
    /// <exception cref="UnitsFailedException">Units failed that may not.</exception>
    /// <exception cref="NotReadyException">It was not ready in time; the message says which condition was missing, and what was seen last.</exception>
    /// <exception cref="GuestException">The guest did something that ends the wait: a console fault, a refused key, another host key.</exception>
    public Task<ReadyReport> WaitAsync(ReadyOptions options, CancellationToken cancellationToken) =>
        GuardAsync("the machine to be ready", options.Bound, token => ReadyAsync(null, options, token), cancellationToken);

    /// <summary>
    /// Restarts the guest, and waits until it is ready in another boot, or, for <see cref="RebootManner.UserSpace"/>, in another user space of the same boot. A lost connection
    /// proves nothing; the ids do.
    /// </summary>
    /// <exception cref="InputException">The guest's adapter cannot restart its user space alone.</exception>
    /// <inheritdoc cref="WaitAsync"/>
    public Task<ReadyReport> RebootAsync(RebootManner manner, ReadyOptions options, CancellationToken cancellationToken) =>
        GuardAsync(
            $"the machine to be ready after a {Name(manner)}", options.Bound,
            async token => await ReadyAsync(await DepartAsync(manner, token), options, token),
            cancellationToken);

    /// <summary>Waits until the guest has restarted by itself and is ready in another boot than <paramref name="before"/>.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public Task<ReadyReport> RebootedAsync(string before, ReadyOptions options, CancellationToken cancellationToken) =>
        GuardAsync("the machine to reboot by itself and be ready", options.Bound, token => ReadyAsync(new(before, null), options, token), cancellationToken);

    /// <summary>Lets the guest restart its user space, which it has asked for itself, and waits until another one is ready in the same boot.</summary>
    /// <param name="letGo">Tells the guest to go on; the connection may be lost on the way.</param>
    /// <exception cref="InputException">The guest's adapter cannot tell one user space from another.</exception>
    /// <inheritdoc cref="WaitAsync"/>
    public Task<ReadyReport> UserSpaceRestartedAsync(Func<CancellationToken, Task> letGo, ReadyOptions options, CancellationToken cancellationToken) =>
        GuardAsync(
            "the machine to restart its user space by itself and be ready", options.Bound,
            async token =>
            {
                var before = new Boot(await adapter.BootIdAsync(ssh, token), await UserSpaceGuest.UserSpaceIdAsync(ssh, token));
                await letGo(token);
                return await ReadyAsync(before, options, token);
            },
            cancellationToken);

    private IUserSpaceGuest UserSpaceGuest => adapter as IUserSpaceGuest
        ?? throw new InputException($"adapter {adapter.Name} does not support restarting the user space alone; reboot the machine another way");

    private static string Name(RebootManner manner) => manner switch
    {
        RebootManner.Soft => "reboot",
        RebootManner.Hard => "reset",
        _ => "restart of its user space",
    };

    /// <summary>Sends the guest off; returns what must be another one when it is back.</summary>
    private async Task<Boot> DepartAsync(RebootManner manner, CancellationToken cancellationToken)
    {
        var before = await adapter.BootIdAsync(ssh, cancellationToken);
        switch (manner)
        {
            case RebootManner.Soft:
                await adapter.RequestRebootAsync(ssh, cancellationToken);
                return new(before, null);
            case RebootManner.Hard:
                await machine.ResetAsync(cancellationToken);
                await ssh.DisconnectAsync();
                return new(before, null);
            default:
                var userSpace = await UserSpaceGuest.UserSpaceIdAsync(ssh, cancellationToken);
                await UserSpaceGuest.RequestUserSpaceRebootAsync(ssh, cancellationToken);
                return new(before, userSpace);
        }
    }

    /// <summary>Why what runs is still the old one; <see langword="null"/> when it is another.</summary>
    private async Task<string?> StillAsync(Boot before, CancellationToken cancellationToken)
    {
        var boot = await adapter.BootIdAsync(ssh, cancellationToken);
        if (before.UserSpace is null)
            return boot == before.Id ? $"still in boot {boot}" : null;
        if (boot != before.Id)
            throw new GuestException($"{machine.Name}: the guest rebooted (boot {before.Id}, now {boot}) where only its user space was to restart; read console.log for what reset it");
        var userSpace = await UserSpaceGuest.UserSpaceIdAsync(ssh, cancellationToken);
        return userSpace == before.UserSpace ? $"still in user space {userSpace}" : userSpace.Length == 0 ? "the user space has not come up" : null;
    }

    /// <summary>What ran before.</summary>
    /// <param name="UserSpace"><see langword="null"/>: the whole boot must be another one.</param>
    private sealed record Boot(string Id, string? UserSpace);

    private async Task<ReadyReport> ReadyAsync(Boot? before, ReadyOptions options, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                state = "no SSH answer";
                await ssh.ConnectAsync(cancellationToken);
                var toSsh = time.GetElapsedTime(started);
                if (before is not null && await StillAsync(before, cancellationToken) is { } still)
                {
                    state = still;
                }
                else
                {
                    state = "the start has not settled";
                    var health = await adapter.HealthAsync(ssh, cancellationToken);
                    state = $"system state {health.State}";
                    // Anything else passes: a system that goes down comes up again, or the bound tells.
                    if (health.State is "running" or "degraded")
                        return await JudgeAsync(health, options, toSsh, time.GetElapsedTime(started), cancellationToken);
                }
            }
            catch (SshConnectionLostException e)
            {
                state = e.Message;
            }

            var rested = time.GetTimestamp();
            do
                await Task.Delay(LookInterval, time, cancellationToken);
            while (ssh.IsConnected && time.GetElapsedTime(rested) < AskInterval);
        }
    }

    private async Task<ReadyReport> JudgeAsync(GuestHealth health, ReadyOptions options, TimeSpan toSsh, TimeSpan toReady, CancellationToken cancellationToken)
    {
        var failed = health.FailedUnits.Except(options.AllowedFailedUnits).ToList();
        if (failed.Count == 0)
            return new() { BootId = health.BootId, SystemState = health.State, FailedUnits = health.FailedUnits, ToSsh = toSsh, ToReady = toReady };

        throw await UnitsFailedException.OfAsync(machine.Name, adapter, ssh, failed, cancellationToken);
    }

    private async Task<ReadyReport> GuardAsync(string awaiting, TimeSpan bound, Func<CancellationToken, Task<ReadyReport>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await machine.GuardAsync(awaiting, bound, action, cancellationToken);
        }
        catch (MachineTimeoutException e)
        {
            var seen = $"{state}; SSH: {ssh.LastState}{await PendingAsync(cancellationToken)}";
            throw new NotReadyException(machine.Name, awaiting, seen, e);
        }
    }

    /// <summary>What the guest is busy with, as far as it still answers.</summary>
    private async Task<string> PendingAsync(CancellationToken cancellationToken)
    {
        if (!ssh.IsConnected)
            return "";
        using var bound = new CancellationTokenSource(DiagnosisBound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            var pending = await adapter.PendingAsync(ssh, either.Token);
            return pending.Count == 0 ? "" : $"; still starting: {string.Join(", ", pending)}";
        }
        catch (Exception e) when (e is GuestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return "";
        }
    }
}
