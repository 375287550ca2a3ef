using System.ComponentModel;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>
/// Writes data that must outlive whatever comes, or looks whether it has. What was written is looked at by itself, too, when the scenario ends and the machine is up.
/// </summary>
[Keyword("canary", Value = nameof(Do)), Description("Write data that must be kept until the end of the scenario, where it is checked again; or check it now.")]
public sealed record CanaryStep : Step, IMachineStep
{
    private const int SmallFiles = 15;

    [Description("write: new data, on the disk when the step ends; verify: it is as it was written.")]
    public required CanaryAction Do { get; init; }

    [Description("Folder of its own for the data, absolute."), Format("^/.", "an absolute path")]
    public string Path { get; init; } = "/var/lib/kola-canary";

    [Description("How much data, at least 64KiB.")]
    public Size Size { get; init; } = new(1 << 20);

    private protected override string Describe() => $"{Do.ToString().ToLowerInvariant()} {Path}";

    private const int SmallBytes = 4096;

    /// <summary>Many names and one large file: directories and data can be lost apart. The order of the names is the shell's and fixed.</summary>
    private const string Digests = "sha256sum -- *";

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (Do == CanaryAction.Write)
            return await context.GuardAsync("the canary to be written", c => WriteAsync(context, c), cancellation);
        if (!live.Canaries.TryGetValue(Path, out var canary))
            throw new InputException($"{Location}: no canary was written to {Path} on {live.Name}; write one first ('canary: write')");
        await context.Live.Machine.GuardAsync("the canary", context.GuardBound, c => VerifyAsync(live, canary, c), cancellation);
        return $"{canary.Path} is as it was written";
    }

    /// <exception cref="StepFailedException">Some of the data is missing or changed.</exception>
    internal static async Task VerifyAsync(LiveMachine live, Canary canary, CancellationToken cancellation)
    {
        var result = await RunAsync(live, $"cd {ShellQuote.Word(canary.Path)} && {Digests}", cancellation);
        var lines = (result.WholeStdout ?? "").Trim().Split('\n').ToHashSet();
        var missed = canary.Digests.Split('\n').Where(line => !lines.Contains(line)).Select(line => line.Split(' ')[^1]).ToList();
        if (missed.Count > 0 || !result.Succeeded)
            throw new StepFailedException($"{live.Name}: the canary in {canary.Path} is not as it was written: {string.Join(", ", missed)} {(missed.Count == 1 ? "is" : "are")} lost or changed {result.Stderr.Trim()}".TrimEnd());
    }

    private async Task<string> WriteAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var large = Math.Max(SmallBytes, Size.Bytes - SmallFiles * SmallBytes);
        // fsync of each file and of the folders that name them, by sync(1): no more than a careful program does.
        var script = $"""
            set -e
            mkdir -p {ShellQuote.Word(Path)}
            cd {ShellQuote.Word(Path)}
            rm -f -- *
            for n in $(seq {SmallFiles}); do head -c {SmallBytes} /dev/urandom > "small-$n"; done
            head -c {large} /dev/urandom > large
            chmod 0640 small-1
            chown 65534:65534 small-1
            # Not every system has it.
            ! command -v setfattr > /dev/null || setfattr -n user.kola -v precious small-1
            sync -- * . ..
            {Digests}
            """;
        var result = await RunAsync(context.Live, script, cancellation);
        if (!result.Succeeded)
            throw new StepFailedException($"{context.Live.Name}: the canary cannot be written to {Path}: {result.Stderr.Trim()}");
        context.Live.Canaries[Path] = new(Path, result.Stdout.Trim());
        context.Live.Watched.Add($"{Path}/small-1");
        return $"{SmallFiles + 1} files in {Path}";
    }

    private static Task<CommandResult> RunAsync(LiveMachine live, string command, CancellationToken cancellation) =>
        live.Ssh.QueryAsync(live.Ssh.AsRoot(command), System.Threading.Timeout.InfiniteTimeSpan, cancellation);
}

public enum CanaryAction { Write, Verify }
