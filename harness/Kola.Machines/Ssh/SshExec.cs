using Renci.SshNet;
using Renci.SshNet.Common;

namespace Kola.Machines.Ssh;

/// <summary>One command over one connection.</summary>
/// <param name="keep">Takes a command whose output is still held when it has ended: it is closed with the connection, and no earlier, as what holds it could die of that.</param>
internal sealed class SshExec(SshClient client, string machine, TimeProvider time, Action<SshCommand> keep)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long output may keep still after the command's end before it counts as held. sshd tells the exit code at once, and the end of
    /// the output when nobody can write to it any more: as a rule both come together.
    /// </summary>
    private static readonly TimeSpan HeldPatience = TimeSpan.FromSeconds(3);

    /// <summary>As <see cref="HeldPatience"/>, for output that goes on and on.</summary>
    private static readonly TimeSpan LongHeldPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How a command ended.</summary>
    public sealed record Ended(int ExitCode, string? Signal, TimeSpan Duration)
    {
        /// <inheritdoc cref="CommandResult.HeldBy"/>
        public string? HeldBy { get; init; }

        /// <summary>What start-up files of the shell printed before the command ran.</summary>
        public string Prelude { get; init; } = "";
    }

    /// <summary>Takes output as it comes; called from one thread per stream.</summary>
    public delegate void OutputSink(ReadOnlySpan<byte> bytes);

    /// <summary>Runs the command to its end. Its stdin is <paramref name="input"/>, or at its end from the start.</summary>
    /// <param name="what">How a failure names the command.</param>
    /// <exception cref="OperationCanceledException">The token ended it; the command's processes were sent SIGTERM.</exception>
    /// <exception cref="SshConnectionLostException">The connection ended first.</exception>
    public async Task<Ended> RunAsync(string command, string what, CommandShell shell, Stream? input, OutputSink stdout, OutputSink stderr, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var envelope = new CommandEnvelope(stdout, stderr);
        var ssh = Create(envelope.Wrap(command, input is not null, shell), what);
        var drains = Task.CompletedTask;
        var held = false;
        try
        {
            // Opening the channel blocks for a round trip, and ExecuteAsync does it before it returns.
            var (execution, stdin) = await Task.Run(() => Start(ssh, cancellationToken), cancellationToken);
            drains = Task.WhenAll(Drain(ssh.OutputStream, envelope.Stdout.Write), Drain(ssh.ExtendedOutputStream, envelope.Stderr.Write));
            var feeding = FeedAsync(stdin, input, execution, cancellationToken);
            var holding = HeldAsync(ssh, execution, envelope, cancellationToken);
            // A sink that fails (disk full) must not leave the rest of the output to pile up in memory.
            var first = await Task.WhenAny(execution, drains, holding);
            if (first == drains)
                await drains;
            held = first == holding && await holding;
            if (held)
                return await LeaveAsync(ssh, execution, envelope, started, cancellationToken);
            await execution;
            await drains;
            await feeding;
            return End(ssh, envelope, what, started);
        }
        catch (Exception e) when (e is SshConnectionException or SshOperationTimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SshConnectionLostException(machine, what, e);
        }
        finally
        {
            if (!held)
            {
                // Ends both streams, so that nobody writes to a sink after this method.
                Dispose(ssh);
                await drains;
                envelope.Flush();
                if (cancellationToken.IsCancellationRequested && envelope.ProcessGroup is { } group)
                    await EndAsync(group);
            }
        }
    }

    private Ended End(SshCommand ssh, CommandEnvelope envelope, string what, long started) => (ssh.ExitStatus, ssh.ExitSignal) switch
    {
        ({ } code, _) => new(code, null, time.GetElapsedTime(started)) { Prelude = envelope.Prelude },
        (null, { } signal) => new(128 + SignalNumber(signal), signal, time.GetElapsedTime(started)) { Prelude = envelope.Prelude },
        _ => throw new SshConnectionLostException(machine, what, null),
    };

    /// <summary>Whether the command has ended and its output has not. Completes with <see langword="false"/> when both have.</summary>
    private async Task<bool> HeldAsync(SshCommand ssh, Task execution, CommandEnvelope envelope, CancellationToken cancellationToken)
    {
        long? ended = null;
        long quiet = 0, seen = -1;
        while (!execution.IsCompleted)
        {
            await Task.WhenAny(execution, Task.Delay(LookInterval, time, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
                return false;
            if (ssh.ExitStatus is null && ssh.ExitSignal is null)
                continue;
            ended ??= time.GetTimestamp();
            var length = envelope.Stdout.Length + envelope.Stderr.Length;
            if (length != seen)
                (quiet, seen) = (time.GetTimestamp(), length);
            if (time.GetElapsedTime(quiet) >= HeldPatience || time.GetElapsedTime(ended.Value) >= LongHeldPatience)
                return !execution.IsCompleted;
        }

        return false;
    }

    /// <summary>Ends without the end of the output. What holds it is named and left alone.</summary>
    private async Task<Ended> LeaveAsync(SshCommand ssh, Task execution, CommandEnvelope envelope, long started, CancellationToken cancellationToken)
    {
        var end = End(ssh, envelope, "", started);
        envelope.Flush();
        envelope.Stdout.Mute();
        envelope.Stderr.Mute();
        keep(ssh);
        _ = execution.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return end with { HeldBy = await HoldersAsync(envelope.ProcessGroup, cancellationToken) };
    }

    /// <summary>Processes of the command's session, by the session's number in /proc/PID/stat (proc_pid_stat(5)).</summary>
    private async Task<string> HoldersAsync(int? session, CancellationToken cancellationToken)
    {
        const string unknown = "a process that it left behind";
        if (session is null)
            return unknown;
        var command = $$"""
            for s in /proc/[0-9]*/stat; do
              read -r l 2>/dev/null < "$s" || continue
              set -- ${l##*) }
              [ "$4" = {{session}} ] || continue
              p=${s#/proc/}; p=${p%/stat}
              echo "$(tr '\0' ' ' < /proc/$p/cmdline | sed 's/ *$//') (pid $p)"
            done
            """;
        using var patience = new CancellationTokenSource(EndPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var output = new BoundedOutput(4096);
        try
        {
            await RunAsync(command, "the question which process holds the output", CommandShell.Known, null, output.Write, _ => { }, either.Token);
        }
        catch (Exception e) when (e is SshConnectionLostException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return unknown;
        }

        var names = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 ? unknown : string.Join(", ", names);
    }

    /// <summary>SSH.NET says goodbye to the server first, also over a connection that is being taken down.</summary>
    internal static void Dispose(SshCommand ssh)
    {
        try
        {
            ssh.Dispose();
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            // How the command ended is told already. What was left undone is the end of the streams.
            ssh.OutputStream.Dispose();
            ssh.ExtendedOutputStream.Dispose();
        }
    }

    /// <summary>Ends what a cancelled command left running. As good as can be: a guest that does not answer keeps it.</summary>
    private async Task EndAsync(int processGroup)
    {
        using var patience = new CancellationTokenSource(EndPatience, time);
        try
        {
            using var kill = client.CreateCommand($"kill -TERM -- -{processGroup}");
            await Task.Run(() => kill.ExecuteAsync(patience.Token), patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is SshException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The caller's failure is what counts.
        }
    }

    private SshCommand Create(string command, string what)
    {
        try
        {
            return client.CreateCommand(command);
        }
        catch (Exception e) when (e is SshConnectionException or ObjectDisposedException)
        {
            throw new SshConnectionLostException(machine, what, e);
        }
    }

    private static (Task Execution, Stream? Stdin) Start(SshCommand ssh, CancellationToken cancellationToken)
    {
        var execution = ssh.ExecuteAsync(cancellationToken);
        try
        {
            return (execution, ssh.CreateInputStream());
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // It has ended already: there is nobody to read.
            return (execution, null);
        }
    }

    /// <summary>Writes the input and its end. A command that ends without reading all of it is no error here: its exit code tells.</summary>
    private static async Task FeedAsync(Stream? stdin, Stream? input, Task execution, CancellationToken cancellationToken)
    {
        if (stdin is null)
            return;
        // SSH.NET blocks while the guest's window is full: on a thread of its own, left behind when the command ends first.
        var feeding = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    input?.CopyTo(stdin, 32 * 1024);
                    stdin.Dispose();
                }
                catch (Exception e) when (e is SshException or ObjectDisposedException or InvalidOperationException)
                {
                    // The channel is closed; the execution's result says why.
                }
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(feeding, execution);
    }

    /// <summary>Reads until the command's end. SSH.NET's stream blocks its reader, so it has its own thread, not one of the pool's few.</summary>
    private static Task Drain(Stream stream, OutputSink sink) => Task.Factory.StartNew(
        () =>
        {
            var buffer = new byte[32 * 1024];
            while (stream.Read(buffer, 0, buffer.Length) is var count and > 0)
                sink(buffer.AsSpan(0, count));
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Linux numbers of the names in RFC 4254 section 6.10.</summary>
    private static int SignalNumber(string name) => name switch
    {
        "HUP" => 1,
        "INT" => 2,
        "QUIT" => 3,
        "ILL" => 4,
        "ABRT" => 6,
        "FPE" => 8,
        "KILL" => 9,
        "USR1" => 10,
        "SEGV" => 11,
        "USR2" => 12,
        "PIPE" => 13,
        "ALRM" => 14,
        "TERM" => 15,
        _ => 127,
    };
}
