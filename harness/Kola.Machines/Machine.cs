using System.Net;
using Kola.Machines.Host;
using Kola.Machines.Journal;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;
using Kola.Machines.Qemu.Migration;
using Kola.Machines.Qemu.Networks;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Qemu.Serial;
using Kola.Machines.Snapshots;

namespace Kola.Machines;

/// <summary>A live machine: a QEMU process when it is on, disks and firmware variables that stay when it is off.</summary>
/// <remarks>Bounds are real time: scale those written for KVM by <see cref="Accelerator.Scale"/>. Safe for use by several tasks.</remarks>
public sealed partial class Machine : IAsyncDisposable
{
    private readonly MachineEnvironment environment;
    private readonly MachinePaths paths;
    private readonly FirmwareImage? firmware;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim switching = new(1, 1);
    private PowerCycle? cycle;
    private Task stopped = Task.CompletedTask;
    private IPEndPoint? ssh;
    private string? stopReason;
    private bool prepared;
    private int disposing;

    /// <summary>Makes the log folder; nothing runs yet.</summary>
    /// <exception cref="HostException">Firmware is missing, or the log folder cannot be made.</exception>
    public Machine(MachineSpec spec, MachineEnvironment environment)
    {
        Spec = spec;
        this.environment = environment;
        firmware = environment.Firmware.For(spec.Firmware);
        var name = environment.Scope.NextName("m");
        paths = new(
            Path.Combine(environment.Scope.Directory, name),
            Path.Combine(environment.Scope.DiskDirectory, name),
            Path.Combine(environment.LogDirectory, spec.Name));
        LastChange = new("created", null, environment.Time.GetUtcNow());
        Starvation = new(environment.Time, environment.ReadScheduler);
        try
        {
            Directory.CreateDirectory(paths.Logs);
            Console = new SerialConsole(paths.Logs, [.. spec.FatalPatterns, .. ConsolePatterns.Fatal], environment.Time);
            Journal = spec.JournalPort ? new MachineJournal(paths.Logs, environment.Time) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make the logs of machine {spec.Name}: {e.Message}; free some space, or choose another folder", e);
        }

        Console.FaultSeen += OnConsoleFault;
    }

    public MachineSpec Spec { get; }

    public MachineState State { get; private set; }

    /// <summary>The console over the machine's whole life.</summary>
    public SerialConsole Console { get; }

    /// <summary>What the guest streams of its journal; <see langword="null"/> where it has no port for it.</summary>
    public MachineJournal? Journal { get; }

    /// <summary>Holds <c>console.log, console.times.jsonl, qemu.log, qemu.cmd</c>, and <c>journal.jsonl</c> where there is one.</summary>
    public string LogDirectory => paths.Logs;

    /// <summary>How much the host kept it from running, measured whenever it is on.</summary>
    public StarvationMeter Starvation { get; }

    /// <summary>The last thing that happened to the machine.</summary>
    public MachineChange LastChange { get; private set; }

    /// <summary>QEMU's process id; <see langword="null"/> when off.</summary>
    public int? ProcessId => State is MachineState.Running or MachineState.Stopping ? cycle?.Pid : null;

    /// <exception cref="HostException">The machine is off.</exception>
    public QmpClient Qmp => On().Qmp;

    /// <summary>Called for each change, from whatever thread brought it about. Must not block.</summary>
    public event Action<MachineChange>? Changed;

    /// <summary>Completes when the machine has stopped, whoever asked for it, and all that it printed has been handled.</summary>
    public Task Stopped
    {
        get
        {
            lock (gate)
                return stopped;
        }
    }

    /// <summary>Powers on. The first time it makes disks, variables and seed; later ones find them as the guest left them.</summary>
    /// <exception cref="HostException">QEMU or something it needs does not start.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await switching.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(disposing != 0, this);
            if (State is MachineState.Running)
                return;
            await stopped.WaitAsync(cancellation);
            await PrepareAsync(cancellation);
            await LetRunAsync(await LaunchAsync(null, cancellation), cancellation);
        }
        finally
        {
            switching.Release();
        }
    }

    /// <summary>Pulls the cable of a network card, or plugs it in again.</summary>
    /// <param name="nic">From 0, as <see cref="NetworkSpec.ExtraNics"/> and <see cref="NetworkSpec.Lab"/> count on from the first.</param>
    public async Task SetLinkAsync(int nic, bool up, CancellationToken cancellation)
    {
        var running = On();
        Mark(up ? "link-up" : "link-down");
        await running.Qmp.ExecuteAsync(new SetLink($"net{nic}", up), cancellation);
    }

    /// <summary>Where the guest's SSH port can be reached from this host. Asks QEMU, which picked the port.</summary>
    public async Task<IPEndPoint> SshEndpointAsync(CancellationToken cancellation) =>
        ssh ??= ForwardedPort.Parse(await Qmp.ExecuteAsync(new HumanMonitorCommand("info usernet"), cancellation), Spec.Network.SshPort);

    /// <summary>Writes the display as a PNG.</summary>
    /// <param name="path">Where to; relative to the working directory or absolute.</param>
    /// <returns>The absolute path; <see langword="null"/> when the machine has no display or is off.</returns>
    public async Task<string?> ScreenshotAsync(string path, CancellationToken cancellation)
    {
        if (!Spec.Graphics || State is not MachineState.Running)
            return null;
        var file = Path.GetFullPath(path);
        await Qmp.ExecuteAsync(new Screendump(file), cancellation);
        return file;
    }

    /// <summary>Runs <paramref name="action"/>, which waits for something, until it succeeds, the machine faults, or <paramref name="bound"/> is over.</summary>
    /// <param name="awaiting">What is awaited, as it follows "waiting for".</param>
    /// <exception cref="MachineFaultException">The console told something fatal, or the guest shut itself down.</exception>
    /// <exception cref="MachineDiedException">QEMU died.</exception>
    /// <exception cref="MachineTimeoutException">The bound is over.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<T> GuardAsync<T>(string awaiting, TimeSpan bound, Func<CancellationToken, Task<T>> action, CancellationToken cancellation) =>
        new MachineGuard(this, awaiting, bound, environment.Time).RunAsync(action, cancellation);

    /// <inheritdoc cref="GuardAsync{T}"/>
    public Task GuardAsync(string awaiting, TimeSpan bound, Func<CancellationToken, Task> action, CancellationToken cancellation) =>
        GuardAsync(awaiting, bound, async token => { await action(token); return true; }, cancellation);

    /// <summary>Waits until the guest has shut itself down.</summary>
    /// <exception cref="MachineTimeoutException">It has not in time.</exception>
    /// <exception cref="MachineFaultException">It showed a fatal line meanwhile, and did not shut down.</exception>
    public Task WaitForOffAsync(TimeSpan bound, CancellationToken cancellation) =>
        new MachineGuard(this, "power off", bound, environment.Time) { AcceptsOff = true }
            .RunAsync(async token => { await Stopped.WaitAsync(token); return true; }, cancellation);

    /// <summary>Cuts the power if it is on, and removes the machine's disks. The logs stay.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposing, 1) != 0)
            return;
        await PowerCutAsync(CancellationToken.None);
        await stopped;
        Console.FaultSeen -= OnConsoleFault;
        Console.Dispose();
        Journal?.Dispose();
        switching.Dispose();
        if (Directory.Exists(paths.Disks))
            Directory.Delete(paths.Disks, recursive: true);
    }

    /// <summary>For messages: whether the process lives, or how it ended.</summary>
    internal string DescribeProcess() => State switch
    {
        MachineState.Running or MachineState.Stopping => $"QEMU runs (pid {cycle?.Pid})",
        MachineState.Dead => "QEMU is dead",
        _ => "the machine is off",
    };

    /// <summary>Starts QEMU. The guest's processors still stand: <see cref="ContinueAsync"/> lets them run.</summary>
    /// <param name="from">The saved machine to go on as; <see langword="null"/> boots.</param>
    private async Task<PowerCycle> LaunchAsync(MachineSnapshot? from, CancellationToken cancellation)
    {
        var socat = Spec.Network.Served.Count > 0 ? Executables.Require("serving addresses to guests", Package.Socat, "socat") : null;
        var arguments = QemuCommandLine.Build(Spec, environment.Qemu, environment.Accelerator, firmware, paths, socat, await MemoryAsync(from, cancellation), WriteLog);
        if (from is not null)
            arguments = [.. arguments, "-incoming", "defer"];
        var byHand = QemuCommandLine.BuildByHand(Spec, environment.Qemu, environment.Accelerator, firmware, paths, socat);
        await MachineFiles.WriteCommandAsync(Spec, paths, environment.Qemu.Path, arguments, byHand, cancellation);
        lock (gate)
        {
            fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
            stopReason = null;
            lastWatchdog = null;
            ssh = null;
        }

        Mark(from is null ? "power-on" : "resume", anotherBoot: from is null);
        var started = await PowerCycle.StartAsync(environment, paths, arguments, Spec.Tpm, Console, Journal, OnQmpEvent, OnHandlerFailed, cancellation);
        lock (gate)
        {
            cycle = started;
            State = MachineState.Running;
            stopped = WatchAsync(started);
        }

        _ = Starvation.WatchAsync(started.Pid, started.Ended);

        Change(from is null ? "started" : "resumed", $"pid {started.Pid}, {environment.Accelerator.Name}");
        if (from is not null)
            await OrNothingAsync(started, WithinAsync("load the saved state", token => DeviceState.LoadAsync(started.Qmp, from.Devices, environment.Time, token), cancellation));
        return started;
    }

    private Task LetRunAsync(PowerCycle started, CancellationToken cancellation) =>
        OrNothingAsync(started, started.Qmp.ExecuteAsync(new ContinueCpus(), cancellation));

    /// <summary>A QEMU whose start fails is not left behind with its processors standing.</summary>
    private async Task OrNothingAsync(PowerCycle started, Task start)
    {
        try
        {
            await start;
        }
        catch
        {
            stopReason = "its start was given up";
            started.Kill();
            await stopped;
            throw;
        }
    }

    private async Task WatchAsync(PowerCycle watched)
    {
        var ending = await watched.Ended;
        if (stopReason is { } reason)
            Become(MachineState.Off, "stopped", reason);
        else if (ending is { ConsoleError: null, Shutdown: { Guest: true, Reason: "guest-shutdown" } })
            Become(MachineState.Off, "shutdown", "by the guest");
        else
        {
            var detail = ending.ConsoleError is { } error
                ? Tell(error)
                : $"QEMU (pid {watched.Pid}) {ending}{(ending.Shutdown is { } told ? $" ({told.Reason})" : "")} unasked: {ending.Said}";
            Become(MachineState.Dead, "died", detail);
            fault.TrySetResult(new(MachineFault.Died, detail, IsHost: true));
        }
    }

    private void Become(MachineState state, string name, string detail)
    {
        State = state;
        Change(name, detail);
    }

    private void Change(string name, string? detail)
    {
        LastChange = new(name, detail, environment.Time.GetUtcNow());
        Changed?.Invoke(LastChange);
    }

    private void Mark(string mark, bool anotherBoot = false)
    {
        Console.Mark(mark);
        Journal?.Mark(mark, anotherBoot);
    }

    private PowerCycle On() =>
        State is MachineState.Running or MachineState.Stopping && cycle is { } on ? on : throw new HostException($"machine {Spec.Name} is off; power it on first");
}
