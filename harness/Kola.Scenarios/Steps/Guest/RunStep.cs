using System.ComponentModel;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Runs a command in the guest's login shell and judges its exit code and output.</summary>
[Keyword("run", Value = nameof(Command)), Description("Run a command in the guest.")]
public sealed record RunStep : Step, IMachineStep
{
    [Description("Command for the login user's shell; several lines are a script."), Example("systemctl is-active sshd")]
    [Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("Exit code that the command must end with: a number, any, or failure (anything but 0).")]
    public ExitExpectation Exit { get; init; } = ExitExpectation.Success;

    [Description("What standard output must be; a plain text must equal it, white space at both ends left out.")]
    public TextExpectation? Stdout { get; init; }

    [Description("What standard error must be.")]
    public TextExpectation? Stderr { get; init; }

    private protected override string Describe() => Shorten(Command);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var result = await context.CommandAsync(Command, cancellation);
        var failures = new List<string>();
        if (Exit.Check(result.ExitCode) is { } exit)
            failures.Add(exit);
        if (Judge(Stdout, result.WholeStdout, result.HeldBy) is { } stdout)
            failures.Add($"standard output: {stdout}");
        if (Judge(Stderr, result.WholeStderr, result.HeldBy) is { } stderr)
            failures.Add($"standard error: {stderr}");
        if (failures.Count == 0)
            return Excerpt.FirstLine(result.Stdout) + (result.HeldBy is { } holder ? $" (the command has ended; its output is still held by {holder}, which was left alone)" : "");

        // The output that nobody asked about is often what explains the failure.
        if (Stdout is null && result.Stdout.Trim().Length > 0)
            failures.Add($"it printed: {Excerpt.Tail(result.Stdout)}");
        if (Stderr is null && result.Stderr.Trim().Length > 0)
            failures.Add($"on standard error: {Excerpt.Tail(result.Stderr)}");
        throw new StepFailedException($"'{Excerpt.FirstLine(Command)}' on {context.Live.Name}: {string.Join("\n", failures)}");
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
}
