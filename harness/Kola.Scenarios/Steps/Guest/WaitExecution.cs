using Kola.Machines.Ssh;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Steps.Console;
using Kola.Scenarios.Steps.Update;

namespace Kola.Scenarios.Steps.Guest;

internal static class WaitExecution
{
    /// <summary>Between two looks: rare enough that an emulated guest has time for its own work.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>The same where the guest itself tells of changes: a unit may be known by another name.</summary>
    private static readonly TimeSpan ToldInterval = TimeSpan.FromSeconds(1);

    public static async Task<string?> RunAsync(WaitForStep step, StepContext context, CancellationToken cancellation)
    {
        if (step.Condition is ConsoleCondition console)
            return (await ConsoleExecution.AwaitAsync(context, console.Console.ToRegex(), cancellation)).Line.Trim();

        if (step.Condition is UpdateCondition update)
            return await UpdateExecution.EndedAsync(update, context, cancellation);
        var last = "not looked at yet";
        try
        {
            return await context.Live.Machine.GuardAsync(step.Condition.Title, context.Bound, async c =>
            {
                while (true)
                {
                    var position = context.Live.Machine.Journal?.Position ?? 0;
                    var (holds, seen) = await LookAsync(step.Condition, context, c);
                    last = seen;
                    if (holds)
                        return last;
                    await RestAsync(step.Condition, position, context, c);
                }
            }, cancellation);
        }
        catch (Machines.MachineTimeoutException e)
        {
            throw new StepFailedException($"{e.Message}\nlast seen: {last}");
        }
    }

    /// <summary>Until another look may see something else: each look costs an emulated guest a third of a second.</summary>
    /// <param name="position">Of the journal, before the last look.</param>
    private static async Task RestAsync(WaitCondition condition, long position, StepContext context, CancellationToken cancellation)
    {
        if (condition is not UnitCondition unit || context.Live.Machine.Journal is not { Streams: true } journal)
        {
            await Task.Delay(Interval, context.Time, cancellation);
            return;
        }

        using var enough = new CancellationTokenSource(ToldInterval, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellation);
        try
        {
            await journal.WaitForAsync(entry => entry.Unit == unit.Unit, position, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It is looked at again.
        }
    }

    /// <summary>A machine that was sent away and not waited for, or that may go by itself, may be asked while it still goes down or is not yet up.</summary>
    private static async Task<(bool Holds, string Seen)> LookAsync(WaitCondition condition, StepContext context, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(condition, context, cancellation);
        }
        catch (SshConnectionLostException) when (!context.Live.IsReady || context.Live.Machine.AllowedFaults.Contains(Machines.MachineFault.UnaskedReboot))
        {
            return (false, "the SSH connection was lost");
        }
    }

    private static async Task<(bool Holds, string Seen)> AskAsync(WaitCondition condition, StepContext context, CancellationToken cancellation)
    {
        switch (condition)
        {
            case UnitCondition unit:
                var state = (await context.Live.Adapter.UnitsAsync(context.Live.Ssh, [unit.Unit], cancellation))[unit.Unit].ActiveState;
                return (state.Equals(unit.State.ToString(), StringComparison.OrdinalIgnoreCase), $"{unit.Unit} is {state}");
            case FileCondition file:
                var path = ShellQuote.Word(file.File);
                var there = await context.Live.Ssh.QueryAsync($"[ -e {path} ] || [ -L {path} ]", context.Bound, cancellation);
                return (there.ExitCode == 0 == (file.State == FilePresence.Present), $"{file.File} is {(there.ExitCode == 0 ? "present" : "absent")}");
            case CommandCondition command:
                var result = await context.Live.Ssh.RunAsync(command.Command, context.Bound, cancellation);
                var wrong = command.Exit.Check(result.ExitCode) ?? (result.WholeStdout is { } whole ? command.Stdout?.Check(whole) : Model.Values.TextExpectation.TooLong);
                return (wrong is null, wrong ?? result.Stdout.Trim());
            case PortCondition port:
                // Asked of the guest's own socket table: connecting would make the service answer.
                var listeners = await context.Live.Ssh.QueryAsync($"ss -Hltn 'sport = :{port.Port}'", context.Bound, cancellation);
                return (listeners.Stdout.Trim().Length > 0, $"port {port.Port}: {(listeners.Stdout.Trim() is { Length: > 0 } text ? text : "nobody listens")}");
            default:
                throw new InvalidOperationException($"no execution for a condition of kind {condition.GetType().Name}");
        }
    }
}
