using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Guest;

internal static class CommandExecution
{
    public static async Task<string?> RunAsync(RunStep step, StepContext context, CancellationToken cancellation)
    {
        var result = await context.CommandAsync(step.Command, cancellation);
        var failures = new List<string>();
        if (step.Exit.Check(result.ExitCode) is { } exit)
            failures.Add(exit);
        if (step.Stdout?.Check(result.Stdout) is { } stdout)
            failures.Add($"standard output: {stdout}");
        if (step.Stderr?.Check(result.Stderr) is { } stderr)
            failures.Add($"standard error: {stderr}");
        if (failures.Count == 0)
            return FirstLine(result.Stdout);

        // The output that nobody asked about is often what explains the failure.
        if (step.Stdout is null && result.Stdout.Trim().Length > 0)
            failures.Add($"it printed: {Tail(result.Stdout)}");
        if (step.Stderr is null && result.Stderr.Trim().Length > 0)
            failures.Add($"on standard error: {Tail(result.Stderr)}");
        throw new StepFailedException($"'{FirstLine(step.Command)}' on {context.Live.Name}: {string.Join("\n", failures)}");
    }

    internal static string Tail(string text)
    {
        const int length = 1200;
        var trimmed = text.Trim();
        return trimmed.Length <= length ? trimmed : $"…{trimmed[^length..]}";
    }

    private static string FirstLine(string text)
    {
        const int length = 120;
        var line = text.Trim().Split('\n')[0];
        return line.Length <= length ? line : $"{line[..length]}…";
    }
}
