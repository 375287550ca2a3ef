using System.Net.Sockets;
using Kola.Machines.Journal;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Qemu.Serial;
using Kola.Machines.Qemu.Tpm;

namespace Kola.Machines.Qemu;

/// <summary>How a QEMU ended.</summary>
/// <param name="ExitCode">128 + n when signal n killed it.</param>
/// <param name="Shutdown">What it told before; <see langword="null"/> when it told nothing.</param>
/// <param name="Said">The last lines it printed.</param>
/// <param name="ConsoleError">Why the console could not be kept to the end.</param>
internal sealed record QemuEnding(int ExitCode, ShutdownEvent? Shutdown, string Said, Exception? ConsoleError)
{
    public override string ToString() => ExitCode > 128 ? $"was killed by signal {ExitCode - 128}" : $"ended with exit code {ExitCode}";
}

/// <summary>One life of a machine's processes, from power on to the last byte of the console.</summary>
internal sealed class PowerCycle
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);
    private readonly QemuProcess process;
    private readonly TimeProvider time;
    private SoftwareTpm? tpm;
    private Task console = Task.CompletedTask;
    private Task journal = Task.CompletedTask;
    private ShutdownEvent? shutdown;

    private PowerCycle(QemuProcess process, TimeProvider time)
    {
        this.process = process;
        this.time = time;
    }

    public int Pid => process.Pid;

    public QmpClient Qmp { get; private set; } = null!;

    /// <summary>Completes when QEMU has exited, every event and console byte has been handled, and the TPM's process is gone.</summary>
    public Task<QemuEnding> Ended { get; private set; } = null!;

    /// <summary>Starts QEMU; returns when its monitor answers. The guest's processors still stand: <see cref="ContinueCpus"/> lets them run.</summary>
    /// <param name="failed">Called with what <paramref name="received"/> threw.</param>
    /// <exception cref="HostException">QEMU refused its command line or does not come up.</exception>
    public static async Task<PowerCycle> StartAsync(
        MachineEnvironment environment, MachinePaths paths, IReadOnlyList<string> arguments, bool withTpm,
        SerialConsole serial, MachineJournal? streamed, Action<QmpEvent> received, Action<Exception> failed, CancellationToken cancellation)
    {
        using var qmpListener = new UnixListener(paths.QmpSocket);
        using var consoleListener = new UnixListener(paths.ConsoleSocket);
        using var journalListener = streamed is null ? null : new UnixListener(paths.JournalSocket);
        var tpm = withTpm
            ? await SoftwareTpm.StartAsync(environment.Scope, paths.TpmState, paths.TpmSocket, paths.TpmLog, environment.Time, cancellation)
            : null;
        PowerCycle cycle;
        try
        {
            cycle = new(QemuProcess.Start(environment.Scope, environment.Qemu.Path, arguments, paths.QemuLog), environment.Time) { tpm = tpm };
        }
        catch
        {
            if (tpm is not null)
                await tpm.DisposeAsync();
            throw;
        }

        try
        {
            var bound = environment.Accelerator.Scale(TimeSpan.FromSeconds(20));
            using var patience = new CancellationTokenSource(bound, environment.Time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            if (journalListener is not null)
                cycle.journal = streamed!.PumpAsync(await cycle.AcceptAsync(journalListener, linked.Token));
            await cycle.ConnectAsync(qmpListener, consoleListener, serial, received, failed, linked.Token);
            cycle.Ended = cycle.EndAsync();
            return cycle;
        }
        catch (Exception e)
        {
            await cycle.AbandonAsync();
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new HostException($"QEMU (pid {cycle.Pid}) did not connect to its monitor in time: {cycle.process.Said()}; see {paths.QemuLog}", e);
            if (e is QmpClosedException)
                throw new HostException($"QEMU did not start, exit code {await cycle.process.Exited}: {cycle.process.Said()}; the command is in {paths.QemuCommand}", e);
            throw;
        }
    }

    /// <summary>SIGKILL: the power is gone. Returns at once.</summary>
    public void Kill() => process.Kill();

    private async Task ConnectAsync(
        UnixListener qmpListener, UnixListener consoleListener, SerialConsole serial, Action<QmpEvent> received, Action<Exception> failed, CancellationToken cancellation)
    {
        console = serial.PumpAsync(await AcceptAsync(consoleListener, cancellation));
        var stream = await AcceptAsync(qmpListener, cancellation);
        Qmp = await QmpClient.StartAsync(stream, Received, DescribeAsync, failed, cancellation);

        void Received(QmpEvent told)
        {
            if (told is ShutdownEvent last)
                shutdown = last;
            received(told);
        }
    }

    private async Task<NetworkStream> AcceptAsync(UnixListener listener, CancellationToken cancellation)
    {
        var accepted = listener.AcceptAsync(cancellation);
        // A QEMU that refuses its command line exits before it connects.
        return await Task.WhenAny(accepted, process.Exited) == accepted ? await accepted : throw new QmpClosedException("QEMU exited before it connected");
    }

    private async Task<string> DescribeAsync()
    {
        try
        {
            var code = await process.Exited.WaitAsync(DrainPatience, time);
            return $"QEMU (pid {Pid}) {new QemuEnding(code, null, "", null)} before it answered: {process.Said()}";
        }
        catch (TimeoutException)
        {
            return $"QEMU (pid {Pid}) has closed its monitor but still runs: {process.Said()}";
        }
    }

    private async Task<QemuEnding> EndAsync()
    {
        // A log that cannot be written any more ends the machine: what it printed could not be proven.
        _ = console.ContinueWith(_ => Kill(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var code = await process.Exited;
        await DrainAsync(Qmp.Ended);
        await DrainAsync(console);
        await DrainAsync(journal);
        await Qmp.DisposeAsync();
        if (tpm is not null)
            await tpm.DisposeAsync();
        process.Dispose();
        return new(code, shutdown, process.Said(), console.Exception?.InnerException);
    }

    private async Task AbandonAsync()
    {
        Kill();
        try
        {
            await DrainAsync(process.Exited);
            await DrainAsync(console);
            await DrainAsync(journal);
            if (Qmp is not null)
                await Qmp.DisposeAsync();
        }
        finally
        {
            if (tpm is not null)
                await tpm.DisposeAsync();
        }
    }

    /// <summary>Bounded: a helper of QEMU that outlives it could hold a connection open.</summary>
    private async Task DrainAsync(Task task) =>
        await Task.WhenAny(task, Task.Delay(DrainPatience, time));
}
