using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Kola.Tests.CommandLine;

/// <summary>A Slurm of one node: munged, slurmctld and slurmd with a network and processes of their own.</summary>
/// <remarks>
/// The daemons and the jobs live in a process namespace, whose first process reads from a pipe that this process holds: when the pipe closes, also because
/// the test was killed, it ends, and the kernel ends all others. Slurm's ports are therefore the usual ones, and nothing outside of the network namespace meets them.
/// </remarks>
internal sealed class SlurmCluster : IAsyncDisposable
{
    /// <summary>For each thing that is waited for; a loaded host is slow, and Slurm looks at its jobs once in a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly KolaSandbox kola;
    private readonly TaskCompletionSource ended = new();
    private readonly CommandTask<CommandResult> daemons;

    private SlurmCluster(KolaSandbox kola)
    {
        this.kola = kola;
        daemons = kola.Wrap("unshare", ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=KILL", "bash", kola["slurm/daemons"]])
            .WithStandardInputPipe(PipeSource.Create((_, _) => ended.Task))
            .WithStandardOutputPipe(PipeTarget.ToFile(kola["slurm/daemons.out"])).WithStandardErrorPipe(PipeTarget.ToFile(kola["slurm/daemons.err"]))
            .ExecuteAsync();
    }

    /// <summary>Starts the daemons and waits until the node takes jobs.</summary>
    /// <param name="kola">Its folder keeps what Slurm needs; its commands are Slurm's from now on.</param>
    public static async Task<SlurmCluster> StartAsync(KolaSandbox kola, CancellationToken cancellation)
    {
        File.SetUnixFileMode(kola.Write("slurm/munge.key", RandomNumberGenerator.GetBytes(1024)), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var host = Environment.MachineName.Split('.')[0];
        kola.Write("slurm/slurm.conf", $"""
            ClusterName=kola
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={kola["slurm/munge.socket"]}
            CredType=cred/munge
            StateSaveLocation={kola["slurm/state"]}
            SlurmdSpoolDir={kola["slurm/spool"]}
            SlurmctldPidFile={kola["slurm/slurmctld.pid"]}
            SlurmdPidFile={kola["slurm/slurmd.pid"]}
            SlurmctldLogFile={kola["slurm/slurmctld.log"]}
            SlurmdLogFile={kola["slurm/slurmd.log"]}
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SlurmdParameters=config_overrides
            SchedulerParameters=sched_interval=1,bf_interval=1
            NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=64000
            PartitionName=kola Nodes=ALL Default=YES State=UP

            """);
        // --force: the test's folder is closed to other users, who would have to reach the socket elsewhere.
        kola.Write("slurm/daemons", $"""
            cd '{kola["slurm"]}'
            PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
            mkdir -p state spool
            ip link set lo up
            # Slurm's resolver wants an address that is not a loopback one (RFC 5737).
            ip address add 192.0.2.1/32 dev lo
            # Until the test has ended, or a daemon.
            pause() {"{"} for pid in $pids; do kill -0 "$pid" || exit; done; read -r -t 1 _ || (($? > 128)) || exit; {"}"}
            munged --force --foreground --key-file=munge.key --socket='{kola["slurm/munge.socket"]}' --pid-file='{kola["slurm/munge.pid"]}' --log-file='{kola["slurm/munge.log"]}' --seed-file='{kola["slurm/munge.seed"]}' --num-threads=1 </dev/null &
            pids=$!
            until [ -S munge.socket ]; do pause; done
            slurmctld -D </dev/null &
            pids="$pids $!"
            slurmd -D -N {host} </dev/null &
            pids="$pids $!"
            while :; do pause; done

            """);
        kola.With("SLURM_CONF", kola["slurm/slurm.conf"]);
        var slurm = new SlurmCluster(kola);
        try
        {
            await slurm.WaitUntilAsync("the node is idle", ["sinfo", "--noheader", "--format=%T"], states => states == "idle", cancellation);
            return slurm;
        }
        catch
        {
            await slurm.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a command of Slurm prints.</summary>
    public async Task<string> AskAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var answer = await TryAsync(command, cancellation);
        return answer.IsSuccess ? answer.StandardOutput.Trim() : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {answer.ExitCode}: {answer.StandardError}{Logs()}");
    }

    /// <summary>Waits until a task of an array job is in a state.</summary>
    /// <param name="state">A pattern, such as <c>COMPLETED</c>.</param>
    /// <returns>What Slurm says of the task then.</returns>
    public Task<string> WaitForTaskAsync(string task, string state, CancellationToken cancellation) =>
        WaitUntilAsync($"task {task} is {state}", ["scontrol", "--oneliner", "show", "job", task], told => Regex.IsMatch(told, $" JobState={state} "), cancellation);

    /// <exception cref="TimeoutException">It never was; with what was seen last, and the logs.</exception>
    /// <returns>What the command told then.</returns>
    public async Task<string> WaitUntilAsync(string awaited, IReadOnlyList<string> command, Func<string, bool> holds, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var seen = "nothing";
        try
        {
            while (!daemons.Task.IsCompleted)
            {
                var answer = await TryAsync(command, either.Token);
                seen = (answer.StandardOutput + answer.StandardError).Trim();
                if (answer.IsSuccess && holds(seen))
                    return seen;
                await Task.WhenAny(daemons.Task, Task.Delay(Interval, TimeProvider.System, either.Token));
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"timed out after {Patience.TotalMinutes} min waiting until {awaited}; seen last: {seen}{Logs()}");
        }

        throw new InvalidOperationException($"the daemons of Slurm ended while waiting until {awaited}; seen last: {seen}{Logs()}");
    }

    private Task<BufferedCommandResult> TryAsync(IReadOnlyList<string> command, CancellationToken cancellation) =>
        kola.Wrap("nsenter", ["--target", $"{daemons.ProcessId}", "--net", "--", .. command]).ExecuteBufferedAsync(cancellation);

    private string Logs() => string.Concat(Directory.EnumerateFiles(kola["slurm"]).Where(file => Path.GetExtension(file) is ".log" or ".err").Order(StringComparer.Ordinal)
        .Select(file => $"\n--- {Path.GetFileName(file)}\n{string.Join('\n', File.ReadLines(file).TakeLast(15))}"));

    /// <summary>Returns when every process of the namespace is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        ended.TrySetResult();
        await daemons;
        daemons.Dispose();
    }
}
