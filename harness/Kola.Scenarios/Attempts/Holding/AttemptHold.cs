using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts.Holding;

/// <summary>Stops one attempt where a person wants to look, records that, and goes on when they say so.</summary>
/// <param name="clock">Stands still meanwhile.</param>
internal sealed class AttemptHold(HoldOptions options, ScenarioCase scenario, ScenarioClock clock, IReadOnlyList<LiveMachine> machines, AttemptLog log, TimeProvider time)
{
    private static readonly TimeSpan LookBound = TimeSpan.FromSeconds(5);

    private readonly int? breakAt = options.StepOf(scenario);

    /// <summary>Number of the step before which it was stopped; <see langword="null"/>: it was not. A hand may have been in all that came after.</summary>
    public int? Broke { get; private set; }

    /// <summary>Before each step.</summary>
    /// <param name="step">Its number.</param>
    /// <exception cref="OperationCanceledException">The person ends the run instead.</exception>
    public async Task BeforeAsync(int step, CancellationToken cancellation)
    {
        if (step != breakAt)
            return;
        Broke = step;
        await HoldAsync(new() { Scenario = scenario.Id, Step = step, Title = scenario.Steps[step - 1].Title, Machines = await LookAsync(cancellation) }, cancellation);
    }

    /// <summary>After the scenario, before its machines go. Changes nothing of what it came to, however it ends.</summary>
    public async Task AfterAsync(Outcome outcome, string? reason, CancellationToken cancellation)
    {
        if (!options.Keep || machines.Count == 0 || cancellation.IsCancellationRequested)
            return;
        try
        {
            await HoldAsync(new() { Scenario = scenario.Id, Outcome = outcome, Reason = reason, Machines = await LookAsync(cancellation) }, cancellation);
        }
        catch (Exception)
        {
            // Ended by Ctrl-C rather than Enter, or the terminal is gone: there is nothing to wait for.
        }
    }

    private async Task HoldAsync(HeldAttempt held, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        clock.Stop();
        log.Held(held.Step, held.Title);
        try
        {
            await options.WaitAsync(held, cancellation);
        }
        finally
        {
            log.Released(time.GetElapsedTime(since));
            clock.GoOn();
        }
    }

    private async Task<IReadOnlyList<HeldMachine>> LookAsync(CancellationToken cancellation)
    {
        List<HeldMachine> seen = [];
        foreach (var live in machines)
        {
            var console = Path.Combine(live.Machine.LogDirectory, "console.log");
            // No guard of the machine: one that has panicked is just what is to be looked at.
            using var patience = new CancellationTokenSource(LookBound, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            try
            {
                seen.Add(live.Machine.State is MachineState.Running
                    ? new(live.Name, await live.LoginAsync(both.Token), null, console)
                    : new(live.Name, [], live.Machine.State.ToString().ToLowerInvariant(), console));
            }
            catch (MachineException e)
            {
                seen.Add(new(live.Name, [], e.Message, console));
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                seen.Add(new(live.Name, [], $"QEMU did not tell its SSH port within {LookBound.TotalSeconds:0} s", console));
            }
        }

        return seen;
    }
}
