using Kola.Machines;
using Kola.Machines.Ssh;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Guest;

internal static class CanaryExecution
{
    private const int SmallFiles = 15;
    private const int SmallBytes = 4096;

    /// <summary>Many names and one large file: directories and data can be lost apart. The order of the names is the shell's and fixed.</summary>
    private const string Digests = "sha256sum -- *";

    public static async Task<string?> RunAsync(CanaryStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (step.Do == CanaryAction.Write)
            return await context.Live.Machine.GuardAsync("the canary to be written", context.GuardBound, c => WriteAsync(step, context, c), cancellation);
        if (!live.Canaries.TryGetValue(step.Path, out var canary))
            throw new InputException($"{step.Location}: no canary was written to {step.Path} on {live.Name}; write one first ('canary: write')");
        await live.Machine.GuardAsync("the canary", context.GuardBound, c => VerifyAsync(live, canary, c), cancellation);
        return $"{canary.Path} is as it was written";
    }

    /// <exception cref="StepFailedException">Something of it is gone or another.</exception>
    public static async Task VerifyAsync(LiveMachine live, Canary canary, CancellationToken cancellation)
    {
        var result = await RunAsync(live, $"cd {ShellQuote.Word(canary.Path)} && {Digests}", cancellation);
        var lines = result.Stdout.Trim().Split('\n').ToHashSet();
        var missed = canary.Digests.Split('\n').Where(line => !lines.Contains(line)).Select(line => line.Split(' ')[^1]).ToList();
        if (missed.Count > 0 || !result.Succeeded)
            throw new StepFailedException($"{live.Name}: the canary in {canary.Path} is not as it was written: {string.Join(", ", missed)} {(missed.Count == 1 ? "is" : "are")} lost or changed {result.Stderr.Trim()}".TrimEnd());
    }

    private static async Task<string> WriteAsync(CanaryStep step, StepContext context, CancellationToken cancellation)
    {
        var large = Math.Max(SmallBytes, step.Size.Bytes - SmallFiles * SmallBytes);
        // fsync of each file and of the folders that name them, by sync(1): no more than a careful program does.
        var script = $"""
            set -e
            mkdir -p {ShellQuote.Word(step.Path)}
            cd {ShellQuote.Word(step.Path)}
            rm -f -- *
            for n in $(seq {SmallFiles}); do head -c {SmallBytes} /dev/urandom > "small-$n"; done
            head -c {large} /dev/urandom > large
            sync -- * . ..
            {Digests}
            """;
        var result = await RunAsync(context.Live, script, cancellation);
        if (!result.Succeeded)
            throw new StepFailedException($"{context.Live.Name}: the canary cannot be written to {step.Path}: {result.Stderr.Trim()}");
        context.Live.Canaries[step.Path] = new(step.Path, result.Stdout.Trim());
        return $"{SmallFiles + 1} files in {step.Path}";
    }

    private static Task<CommandResult> RunAsync(LiveMachine live, string command, CancellationToken cancellation) =>
        live.Ssh.QueryAsync(live.Ssh.AsRoot(command), Timeout.InfiniteTimeSpan, cancellation);
}
