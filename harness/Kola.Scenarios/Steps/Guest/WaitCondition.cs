using Kola.Machines;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>What a <see cref="WaitForStep"/> waits for: a closed union.</summary>
public abstract record WaitCondition
{
    private protected WaitCondition() { }

    /// <summary>The condition for people, on one short line.</summary>
    [Unwritten]
    public abstract string Title { get; }

    /// <summary>Waits until it holds. Returns what was seen then.</summary>
    /// <exception cref="StepFailedException">It did not hold within the step's time.</exception>
    internal abstract Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation);
}

/// <summary>A condition that is looked at again and again.</summary>
public abstract record PolledCondition : WaitCondition
{
    private protected PolledCondition() { }

    /// <summary>Between two looks: rare enough that an emulated guest has time for its own work.</summary>
    private static TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    internal sealed override async Task<string> AwaitAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var last = "not looked at yet";
        try
        {
            return await context.Live.Machine.GuardAsync(Title, context.Bound, async c =>
            {
                while (true)
                {
                    var position = context.Live.Machine.Journal?.Position ?? 0;
                    var (holds, seen) = await TryLookAsync(context, c);
                    last = seen;
                    if (holds)
                        return last;
                    await RestAsync(position, context, c);
                }
            }, cancellation);
        }
        catch (MachineTimeoutException e)
        {
            throw new StepTooLateException($"{e.Message}\nlast seen: {last}", e.Bound);
        }
    }

    /// <summary>Looks once: whether it holds, and what was seen.</summary>
    private protected abstract Task<(bool Holds, string Seen)> LookAsync(MachineStepContext context, CancellationToken cancellation);

    /// <summary>Waits until another look may see something else: each look costs an emulated guest a third of a second.</summary>
    /// <param name="position">Of the journal, before the last look.</param>
    private protected virtual Task RestAsync(long position, MachineStepContext context, CancellationToken cancellation) => Task.Delay(Interval, context.Time, cancellation);

    /// <summary>A machine that was sent away and not waited for, or that may go by itself, may be asked while it still goes down or is not yet up.</summary>
    private async Task<(bool Holds, string Seen)> TryLookAsync(MachineStepContext context, CancellationToken cancellation)
    {
        try
        {
            return await LookAsync(context, cancellation);
        }
        catch (SshConnectionLostException) when (!context.Live.IsReady || context.Live.Machine.AllowedFaults.Contains(MachineFault.UnaskedReboot))
        {
            return (false, "the SSH connection was lost");
        }
    }
}
