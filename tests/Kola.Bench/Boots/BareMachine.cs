using System.Text.Json.Nodes;
using CliWrap;

namespace Kola.Bench.Boots;

/// <summary>The machine of a <c>kola spawn</c> without Kola: its command line, started by a shell, with files and keys of this program.</summary>
internal sealed class BareMachine
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly BenchSession session;
    private readonly BareCommand command;
    private readonly JsonNode image;
    private readonly string key;

    private BareMachine(BenchSession session, BareCommand command, JsonNode image, string key) => (this.session, this.command, this.image, this.key) = (session, command, image, key);

    private string User => (string)image["user"]!;

    /// <param name="logs">The log folder of the machine that Kola has booted.</param>
    public static async Task<BareMachine> LearnAsync(BenchSession session, string logs, CancellationToken cancellation)
    {
        var command = BareCommand.Of(await File.ReadAllTextAsync(Path.Combine(logs, "qemu.cmd"), cancellation), Path.Combine(session.Work, "bare"));
        var image = JsonNode.Parse(await session.Kola.AskAsync(["image", "inspect", session.Options.Image, "--json"], cancellation))!;
        var key = Path.Combine(session.Work, "key");
        await Cli.Wrap("ssh-keygen").WithArguments(["-q", "-t", "ed25519", "-N", "", "-f", key]).ExecuteAsync(cancellation);
        return new(session, command, image, key);
    }

    /// <summary>Boots it once. Seconds from the start to the answer of the first SSH command.</summary>
    /// <exception cref="BenchException">QEMU ended before.</exception>
    public async Task<double> BootAsync(CancellationToken cancellation)
    {
        var start = session.Time.GetTimestamp();
        await PrepareAsync(cancellation);
        var log = Path.Combine(command.Folder, "qemu.log");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var qemu = Cli.Wrap("bash").WithArguments(["-c", command.Line]).WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToFile(log)).WithStandardErrorPipe(PipeTarget.ToFile($"{log}.err")).ExecuteAsync(stop.Token);
        double seconds;
        try
        {
            var port = await WhileRunningAsync(qemu, token => QemuMonitor.SshPortAsync(command.Monitor, token), cancellation);
            await WhileRunningAsync(qemu, token => AnswerAsync(port, token), cancellation);
            seconds = Math.Round(session.Time.GetElapsedTime(start).TotalSeconds, 3);
        }
        finally
        {
            await stop.CancelAsync();
            await qemu.Task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        Directory.Delete(command.Folder, recursive: true);
        return seconds;
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(command.Folder);
        await Cli.Wrap("qemu-img").WithArguments(["create", "-q", "-f", "qcow2", "-F", (string)image["format"]!, "-b", (string)image["path"]!, Path.Combine(command.Folder, "boot.qcow2"), command.DiskBytes])
            .ExecuteAsync(cancellation);
        await File.WriteAllBytesAsync(Path.Combine(command.Folder, "vars.fd"), await File.ReadAllBytesAsync(command.Variables, cancellation), cancellation);
        var config = new JsonObject
        {
            ["ignition"] = new JsonObject { ["version"] = "3.3.0" },
            ["passwd"] = new JsonObject { ["users"] = new JsonArray(new JsonObject { ["name"] = User, ["sshAuthorizedKeys"] = new JsonArray((await File.ReadAllTextAsync($"{key}.pub", cancellation)).Trim()) }) },
        };
        await File.WriteAllTextAsync(Path.Combine(command.Folder, "attachment0"), config.ToJsonString(), cancellation);
    }

    private async Task<int?> AnswerAsync(int port, CancellationToken cancellation) =>
        (await Cli.Wrap("ssh").WithArguments(
        [
            "-i", key, "-p", $"{port}", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes",
            "-o", "ConnectTimeout=5", $"{User}@127.0.0.1", "echo answered",
        ]).WithValidation(CommandResultValidation.None).ExecuteAsync(cancellation)).IsSuccess ? 0 : null;

    /// <summary>Tries again until there is an answer, as a script would.</summary>
    private async Task<int> WhileRunningAsync(CommandTask<CommandResult> qemu, Func<CancellationToken, Task<int?>> attempt, CancellationToken cancellation)
    {
        while (true)
        {
            if (await attempt(cancellation) is { } answer)
                return answer;
            if (await Task.WhenAny(qemu.Task, Task.Delay(Pause, session.Time, cancellation)) == qemu.Task)
                throw new BenchException($"QEMU by hand ended before it answered:\n{await File.ReadAllTextAsync(Path.Combine(command.Folder, "qemu.log.err"), cancellation)}");
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
