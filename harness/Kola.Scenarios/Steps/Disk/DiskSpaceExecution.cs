using Kola.Machines.Ssh;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Disk;

internal static class DiskSpaceExecution
{
    private const string Ballast = ".kola-ballast";

    public static async Task<string?> FillAsync(FillDiskStep step, StepContext context, CancellationToken cancellation)
    {
        var folder = ShellQuote.Word(step.At);
        // It goes there first: what is mounted when it is needed is mounted then. As root, as an update runs as root. To the brim, then back: ext4
        // keeps clusters that nobody can have and that count as free. Zeros that are written take no room on the host.
        var script = $"""
            cd {folder} || exit 1
            set -- $(stat -f -c '%f %S' .)
            fallocate -l $(($1 * $2)) {Ballast} 2>/dev/null
            full=$(LC_ALL=C cat /dev/zero 2>&1 >> {Ballast}) ; case $full in *'No space left'*) ;; *) echo "$full"; exit 1 ;; esac
            truncate -s -{step.Leave.Bytes} {Ballast} && sync -f . && stat -c %s {Ballast}
            """;
        var result = await RunAsync(context, script, cancellation);
        if (!result.Succeeded || !long.TryParse(result.Stdout.Trim(), out var ballast))
            throw new StepFailedException($"{context.Live.Name}: {step.At} cannot be filled: {result.Stderr.Trim()}{result.Stdout.Trim()}");
        return $"{ballast} bytes of ballast on {step.At}, {step.Leave.Bytes} left";
    }

    public static async Task<string?> FreeAsync(FreeDiskStep step, StepContext context, CancellationToken cancellation)
    {
        var result = await RunAsync(context, $"cd {ShellQuote.Word(step.At)} && rm -- {Ballast} && sync -f .", cancellation);
        return result.Succeeded ? null : throw new StepFailedException($"{context.Live.Name}: {step.At} cannot be freed: {result.Stderr.Trim()}; was it filled by 'fill-disk'?");
    }

    private static Task<CommandResult> RunAsync(StepContext context, string script, CancellationToken cancellation) =>
        context.CommandAsync(context.Live.Ssh.AsRoot(script), cancellation);
}
