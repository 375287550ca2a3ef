using System.Collections.Concurrent;
using Kola.Machines.Host;
using Kola.Machines.Provisioning;
using Renci.SshNet;

namespace Kola.Machines.Ssh;

/// <summary>
/// Kola's way into one machine: one connection, kept, and opened anew after a reboot. Any number of commands may run on it at once
/// (sshd's MaxSessions is 10).
/// </summary>
public sealed class SshSession : IAsyncDisposable
{
    private readonly SshTarget target;
    private readonly TimeProvider time;
    private readonly HostKeyPin hostKey = new();
    private readonly SshConnector connector;
    private readonly SemaphoreSlim connecting = new(1, 1);
    private Connection? connection;

    /// <param name="users">Users to log in as, in the order in which they are tried; the first that is let in stays.</param>
    public SshSession(SshTarget target, AccessKey key, IReadOnlyList<string> users, string transcriptPath, TimeProvider time)
        : this(target, key, users, transcriptPath, time, refusals: null) { }

    internal SshSession(SshTarget target, AccessKey key, IReadOnlyList<string> users, string transcriptPath, TimeProvider time, int? refusals)
    {
        this.target = target;
        this.time = time;
        Transcript = new SshTranscript(transcriptPath, time);
        connector = new SshConnector(target, key, users, hostKey, time) { Refusals = refusals };
        if (target.Link is { } link)
            link.Broken += OnBroken;
    }

    /// <summary>The machine's name.</summary>
    public string Name => target.Name;

    /// <summary>The user who was let in; before that, the one who is tried.</summary>
    public string User => connector.User;

    public SshTranscript Transcript { get; }

    public bool IsConnected => connection is { IsAlive: true };

    /// <summary>The last thing seen of the connection, for the message of whoever gives up waiting.</summary>
    public string LastState => IsConnected ? "connected" : connector.LastState;

    /// <summary>The host key this machine is held to, or <see langword="null"/> before the first connection.</summary>
    public string? HostKey => hostKey.Pinned;

    /// <summary>The command with root's rights: as it is, or by sudo without a password.</summary>
    public string AsRoot(string command) => User == "root" ? command : $"sudo -n sh -c {ShellQuote.Word(command)}";

    /// <summary>Connects, however long the guest takes; returns at once when connected. Bound it by the token (<c>Machine.GuardAsync</c>).</summary>
    /// <remarks>A refused key is tried again: provisioning may still be writing it. <see cref="LastState"/> says so.</remarks>
    /// <exception cref="HostKeyChangedException">Another system answers.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken) => _ = await ConnectionAsync(cancellationToken);

    /// <summary>Runs a command by the user's login shell (of the POSIX family), with nothing on its stdin. Connects first if need be, within the same time.</summary>
    /// <exception cref="SshCommandTimeoutException">It did not end in time.</exception>
    /// <exception cref="SshConnectionLostException">The connection ended first.</exception>
    public Task<CommandResult> RunAsync(string command, TimeSpan timeout, CancellationToken cancellationToken) =>
        ExecuteAsync(command, CommandShell.Login, timeout, cancellationToken);

    /// <summary>As <see cref="RunAsync"/>, for what Kola itself wants to know: in <c>/bin/sh</c>, the C locale and nothing of the user's start-up files.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<CommandResult> QueryAsync(string command, TimeSpan timeout, CancellationToken cancellationToken) =>
        ExecuteAsync(command, CommandShell.Known, timeout, cancellationToken);

    /// <summary>The kernel's id of this boot (random(4)).</summary>
    public async Task<string> BootIdAsync(CancellationToken cancellationToken)
    {
        var result = await QueryAsync("cat /proc/sys/kernel/random/boot_id", TimeSpan.FromMinutes(2), cancellationToken);
        return result.Succeeded
            ? result.Stdout.Trim()
            : throw new GuestException($"{Name}: cannot read the boot id: {result.Stderr.Trim()}; /proc must be mounted and cat installed");
    }

    /// <summary>Copies a file into the machine; see <see cref="FileTransfer"/>.</summary>
    /// <param name="mode">File mode such as <c>0b110_100_100</c>; <see langword="null"/> is 0644.</param>
    public Task UploadAsync(string localPath, string remotePath, int? mode, TimeSpan timeout, CancellationToken cancellationToken) =>
        new FileTransfer(this).UploadAsync(localPath, remotePath, mode, timeout, cancellationToken);

    /// <summary>Copies a file out of the machine; see <see cref="FileTransfer"/>.</summary>
    public Task DownloadAsync(string remotePath, string localPath, TimeSpan timeout, CancellationToken cancellationToken) =>
        new FileTransfer(this).DownloadAsync(remotePath, localPath, timeout, cancellationToken);

    /// <summary>Drops the connection. The next command opens another.</summary>
    public async Task DisconnectAsync()
    {
        await connecting.WaitAsync(CancellationToken.None);
        try
        {
            Drop();
        }
        finally
        {
            connecting.Release();
        }
    }

    /// <summary>Accepts whatever host key comes next: the machine's disks are new, or a clone was given another identity.</summary>
    public void ForgetHostKey() => hostKey.Forget();

    /// <summary>Holds the machine to this host key from now on, as <see cref="HostKey"/> told it of the machine that was saved.</summary>
    public void HoldTo(string key) => hostKey.Renew(key);

    /// <summary>Holds the machine to the new one of its host keys. An open connection stays.</summary>
    /// <param name="publicKeys">As in <c>ssh_host_*_key.pub</c>.</param>
    /// <exception cref="GuestException">None is of the kind that was used, or it is the old one.</exception>
    public void RenewHostKey(IReadOnlyList<string> publicKeys)
    {
        var old = hostKey.Pinned;
        if (!hostKey.RenewAmong(publicKeys) || hostKey.Pinned == old)
            throw new GuestException($"{Name}: the clone was given no new SSH host key in place of {old}; say 'boot: cold' in the scenario, or check the image's adapter");
    }

    public async ValueTask DisposeAsync()
    {
        if (target.Link is { } link)
            link.Broken -= OnBroken;
        await DisconnectAsync();
        connecting.Dispose();
    }

    /// <summary>A command with streams instead of texts.</summary>
    /// <param name="what">How messages name it.</param>
    internal async Task<SshExec.Ended> ExecAsync(
        string command, string what, CommandShell shell, Stream? input, SshExec.OutputSink stdout, BoundedOutput stderr, TimeSpan timeout, Func<string> stdoutSoFar, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        try
        {
            var connected = await ConnectionAsync(either.Token);
            using var alive = CancellationTokenSource.CreateLinkedTokenSource(either.Token, connected.Ended.Token);
            try
            {
                var ended = await new SshExec(connected.Client, Name, time, connected.Keep).RunAsync(command, what, shell, input, stdout, stderr.Write, alive.Token);
                if (ended.Prelude.Length > 0)
                    Transcript.Note($"start-up files of {User}'s shell printed: {(ended.Prelude.Length > 200 ? ended.Prelude[..200] + "…" : ended.Prelude).ReplaceLineEndings(" | ")}");
                return ended;
            }
            catch (OperationCanceledException) when (!either.IsCancellationRequested)
            {
                // SSH.NET may leave a command waiting for ever when its client is disposed under it.
                throw new SshConnectionLostException(Name, what, null);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && bound.IsCancellationRequested)
        {
            throw new SshCommandTimeoutException(Name, IsConnected ? what : $"{what} (no SSH connection: {LastState})", timeout, stdoutSoFar(), stderr.ToString());
        }
    }

    private async Task<CommandResult> ExecuteAsync(string command, CommandShell shell, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var stdout = new BoundedOutput();
        var stderr = new BoundedOutput();
        try
        {
            var ended = await ExecAsync(command, command, shell, null, stdout.Write, stderr, timeout, () => stdout.ToString(), cancellationToken);
            var result = new CommandResult(ended.ExitCode, stdout.ToString(), stderr.ToString(), ended.Duration)
            {
                Signal = ended.Signal,
                WholeStdout = stdout.Whole,
                WholeStderr = stderr.Whole,
                HeldBy = ended.HeldBy,
            };
            Transcript.Command(command, result);
            return result;
        }
        catch (Exception e) when (e is MachineException or OperationCanceledException)
        {
            Transcript.Failed(command, e);
            throw;
        }
    }

    private async Task<Connection> ConnectionAsync(CancellationToken cancellationToken)
    {
        if (connection is { IsAlive: true } ready)
            return ready;

        await connecting.WaitAsync(cancellationToken);
        try
        {
            if (connection is { IsAlive: true } other)
                return other;
            Drop();
            var started = time.GetTimestamp();
            var made = await connector.ConnectAsync(cancellationToken);
            Transcript.Note($"connected to {made.ConnectionInfo.Host}:{made.ConnectionInfo.Port} as {User} after {time.GetElapsedTime(started).TotalSeconds:0.000} s, {made.ConnectionInfo.ServerVersion}, host key {hostKey.Pinned}");
            return connection = new(made);
        }
        finally
        {
            connecting.Release();
        }
    }

    /// <summary>Ends what runs on a connection that has no other end any more. Disposing blocks, the caller must not be.</summary>
    private void OnBroken()
    {
        if (Interlocked.Exchange(ref connection, null) is { } broken)
            _ = Task.Run(broken.End);
    }

    private void Drop() => Interlocked.Exchange(ref connection, null)?.End();

    /// <summary>A client, and the end of everything that runs on it.</summary>
    private sealed class Connection(SshClient client)
    {
        public SshClient Client => client;

        /// <summary>Cancelled when the connection is given up.</summary>
        public CancellationTokenSource Ended { get; } = new();

        public bool IsAlive
        {
            get
            {
                try
                {
                    return !Ended.IsCancellationRequested && client.IsConnected;
                }
                catch (ObjectDisposedException)
                {
                    // The machine lost its power meanwhile.
                    return false;
                }
            }
        }

        /// <summary>Commands that have ended while their output is held: closed with the connection.</summary>
        private ConcurrentQueue<SshCommand> Kept { get; } = [];

        public void Keep(SshCommand command) => Kept.Enqueue(command);

        public void End()
        {
            Ended.Cancel();
            foreach (var command in Kept)
                SshExec.Dispose(command);
            client.Dispose();
        }
    }
}
