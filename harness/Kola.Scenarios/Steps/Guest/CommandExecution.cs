using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model.Values;

namespace Kola.Scenarios.Steps.Guest;

internal static class CommandExecution
{
    public static async Task<string?> RunAsync(RunStep step, StepContext context, CancellationToken cancellation)
    {
        var result = await context.CommandAsync(step.Command, cancellation);
        var failures = new List<string>();
        if (step.Exit.Check(result.ExitCode) is { } exit)
            failures.Add(exit);
        if (Judge(step.Stdout, result.WholeStdout, result.HeldBy) is { } stdout)
            failures.Add($"standard output: {stdout}");
        if (Judge(step.Stderr, result.WholeStderr, result.HeldBy) is { } stderr)
            failures.Add($"standard error: {stderr}");
        if (failures.Count == 0)
            return FirstLine(result.Stdout) + (result.HeldBy is { } holder ? $" (the command has ended; its output is still held by {holder}, which was left alone)" : "");

        // The output that nobody asked about is often what explains the failure.
        if (step.Stdout is null && result.Stdout.Trim().Length > 0)
            failures.Add($"it printed: {Tail(result.Stdout)}");
        if (step.Stderr is null && result.Stderr.Trim().Length > 0)
            failures.Add($"on standard error: {Tail(result.Stderr)}");
        throw new StepFailedException($"'{FirstLine(step.Command)}' on {context.Live.Name}: {string.Join("\n", failures)}");
    }

    /// <param name="whole"><see langword="null"/>: too long to be kept.</param>
    /// <param name="holder">What may still write to it.</param>
    private static string? Judge(TextExpectation? expected, string? whole, string? holder) => expected switch
    {
        null => null,
        _ when whole is null => TextExpectation.TooLong,
        { Lacks.Count: > 0 } when holder is not null => $"what it lacks cannot be judged: the command has ended, and its output is still held by {holder}; redirect what that prints, such as with >/dev/null 2>&1",
        _ => expected.Check(whole),
    };

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
