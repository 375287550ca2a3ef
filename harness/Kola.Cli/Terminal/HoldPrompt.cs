using Kola.Machines;
using Kola.Results;
using Kola.Scenarios.Attempts.Holding;

namespace Kola.Cli.Terminal;

/// <summary>Shows a person where the held machines are, and waits for Enter.</summary>
/// <param name="enter">Completes when the person has pressed Enter.</param>
internal sealed class HoldPrompt(TextWriter output, Func<CancellationToken, Task> enter)
{
    /// <summary>What <c>--keep</c> and <c>--break</c> ask for; <see langword="null"/>: neither is given.</summary>
    /// <exception cref="InputException">There is no terminal to end it from.</exception>
    public static HoldOptions? Of(bool keep, string? step)
    {
        if (!keep && step is null)
            return null;
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            throw new InputException($"{(keep ? "--keep" : "--break")} waits for Enter and needs a terminal on standard input and standard error: run it in one, or leave the option out");
        return new() { Keep = keep, Break = step, WaitAsync = new HoldPrompt(Console.Error, TerminalKeys.EnterAsync).WaitAsync };
    }

    /// <summary>Tells what is held, and returns at Enter: there is no bound, as only the person knows how long they look.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C instead.</exception>
    public async Task WaitAsync(HeldAttempt held, CancellationToken cancellation)
    {
        TerminalKeys.Forget();
        output.WriteLine();
        output.WriteLine(Headline(held));
        foreach (var machine in held.Machines)
        {
            output.WriteLine($"  {machine.Name}: {(machine.State is { } state ? $"no way in: {state}" : string.Join(' ', machine.Login))}");
            output.WriteLine($"  {new string(' ', machine.Name.Length)}  tail -n +1 -F '{machine.Console}'");
        }

        output.WriteLine(held.Step is { } step
            ? $"press Enter to continue with step {step}, Ctrl-C to end the run. From here on the run does not count for kola gate."
            : "Enter or Ctrl-C ends this; the machines and their disks are gone then. What the scenario came to stands.");
        await enter(cancellation);
    }

    private static string Headline(HeldAttempt held) => held switch
    {
        { Step: { } step } => $"{held.Scenario} is stopped before step {step} ({held.Title}); its clock stands still",
        { Outcome: { } outcome } => $"{held.Scenario}: {Wording.Of(outcome)}{(held.Reason is null ? "" : $": {held.Reason}")}\nits machines are kept as they are now",
        _ => $"{held.Scenario} is stopped",
    };
}
