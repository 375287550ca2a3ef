using Kola.Machines.Ssh;
using Kola.Scenarios.Steps;

namespace Kola.Scenarios.Execution.Steps;

internal static class DiskSpaceExecution
{
    private const string Ballast = ".kola-ballast";

    /// <summary>What a file system may still have free beyond what was asked: it needs some blocks to say where the rest is.</summary>
    private const long Slack = 1 << 20;

    public static async Task<string?> FillAsync(FillDiskStep step, StepContext context, CancellationToken cancellation)
    {
        var folder = ShellQuote.Word(step.At);
        // It goes there first: what is mounted when it is needed is mounted then. %f counts what only root may use, too, as an update runs as root.
        // Zeros that are written take no room on the host.
        var script = $"""
            cd {folder} || exit 1
            free() {"{"} set -- $(stat -f -c '%f %S' .) && echo $(($1 * $2)); {"}"}
            n=$(($(free) - {step.Leave.Bytes}))
            [ $n -le 0 ] || fallocate -l $n {Ballast} 2>/dev/null || head -c $n /dev/zero > {Ballast} 2>/dev/null
            sync -f . ; free
            """;
        var result = await RunAsync(context, script, cancellation);
        if (!result.Succeeded || !long.TryParse(result.Stdout.Trim(), out var free))
            throw new StepFailedException($"{context.Live.Name}: {step.At} cannot be filled: {result.Stderr.Trim()}{result.Stdout.Trim()}");
        if (free > step.Leave.Bytes + Slack)
            throw new StepFailedException($"{context.Live.Name}: {step.At} still has {free} bytes free, {step.Leave.Bytes} were to be left");
        return $"{free} bytes left on {step.At}";
    }

    public static async Task<string?> FreeAsync(FreeDiskStep step, StepContext context, CancellationToken cancellation)
    {
        var result = await RunAsync(context, $"cd {ShellQuote.Word(step.At)} && rm -- {Ballast} && sync -f .", cancellation);
        return result.Succeeded ? null : throw new StepFailedException($"{context.Live.Name}: {step.At} cannot be freed: {result.Stderr.Trim()}; was it filled by 'fill-disk'?");
    }

    private static Task<CommandResult> RunAsync(StepContext context, string script, CancellationToken cancellation) =>
        context.CommandAsync(context.Live.Ssh.AsRoot(script), cancellation);
}
