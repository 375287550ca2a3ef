using Renci.SshNet;
using Renci.SshNet.Common;

namespace Kola.Machines.Ssh;

/// <summary>One command over one connection.</summary>
internal sealed class SshExec(SshClient client, string machine, TimeProvider time)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>How a command ended.</summary>
    public sealed record Ended(int ExitCode, string? Signal, TimeSpan Duration);

    /// <summary>Takes output as it comes; called from one thread per stream.</summary>
    public delegate void OutputSink(ReadOnlySpan<byte> bytes);

    /// <summary>Runs the command to its end. Its stdin is <paramref name="input"/>, or at its end from the start.</summary>
    /// <param name="what">How a failure names the command.</param>
    /// <exception cref="OperationCanceledException">The token ended it; the command's processes were sent SIGTERM.</exception>
    /// <exception cref="SshConnectionLostException">The connection ended first.</exception>
    public async Task<Ended> RunAsync(string command, string what, Stream? input, OutputSink stdout, OutputSink stderr, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var envelope = new CommandEnvelope(stderr);
        var ssh = Create(envelope.Wrap(command, input is not null), what);
        var drains = Task.CompletedTask;
        try
        {
            // Opening the channel blocks for a round trip, and ExecuteAsync does it before it returns.
            var (execution, stdin) = await Task.Run(() => Start(ssh, cancellationToken), cancellationToken);
            drains = Task.WhenAll(Drain(ssh.OutputStream, stdout), Drain(ssh.ExtendedOutputStream, envelope.Write));
            var feeding = FeedAsync(stdin, input, execution, cancellationToken);
            // A sink that fails (disk full) must not leave the rest of the output to pile up in memory.
            if (await Task.WhenAny(execution, drains) == drains)
                await drains;
            await execution;
            await drains;
            await feeding;
            return (ssh.ExitStatus, ssh.ExitSignal) switch
            {
                ({ } code, _) => new(code, null, time.GetElapsedTime(started)),
                (null, { } signal) => new(128 + SignalNumber(signal), signal, time.GetElapsedTime(started)),
                _ => throw new SshConnectionLostException(machine, what, null),
            };
        }
        catch (Exception e) when (e is SshConnectionException or SshOperationTimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SshConnectionLostException(machine, what, e);
        }
        finally
        {
            // Ends both streams, so that nobody writes to a sink after this method.
            Dispose(ssh);
            await drains;
            envelope.Flush();
            if (cancellationToken.IsCancellationRequested && envelope.ProcessGroup is { } group)
                await EndAsync(group);
        }
    }

    /// <summary>SSH.NET says goodbye to the server first, also over a connection that is being taken down.</summary>
    private static void Dispose(SshCommand ssh)
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
