using Kola.Machines.Qemu.Serial;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Console;

internal static class ConsoleExecution
{
    public static async Task<string?> RunAsync(ConsoleStep step, StepContext context, CancellationToken cancellation)
    {
        var seen = new List<string>();
        foreach (var pattern in step.Seen)
            seen.Add((await AwaitAsync(context, pattern.ToRegex(), cancellation)).Line.Trim());

        foreach (var pattern in step.Never)
            if (await context.Live.Machine.Console.FindAsync(pattern.ToRegex(), cancellation) is { } found)
                throw new StepFailedException($"the console of {context.Live.Name} must never show /{pattern}/, it shows '{found.Trim()}'");
        return seen.Count == 0 ? null : string.Join("; ", seen);
    }

    /// <summary>Waits until the console shows a match, from the first byte on: what was shown already counts.</summary>
    public static Task<ConsoleMatch> AwaitAsync(StepContext context, System.Text.RegularExpressions.Regex pattern, CancellationToken cancellation) =>
        context.Live.Machine.GuardAsync($"/{pattern}/ on the console", context.Bound,
            c => context.Live.Machine.Console.WaitForAsync(pattern, 0, c), cancellation);
}
