using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts;

/// <summary>One execution of a scenario, which has been admitted already: machines up, steps, diagnostics where it fails, teardown. It owns all that it opens.</summary>
/// <param name="folder">The attempt's files go here; made if need be.</param>
/// <param name="shared">Machines that it uses after others, or leaves to others; <see langword="null"/>: it has its own.</param>
internal sealed class AttemptRunner(ScenarioCase scenario, AttemptSettings settings, MachineEnvironment environment, string folder, AttemptLog log, SharedRig? shared = null)
{
    /// <summary>What a step may need to end once it is cancelled: QEMU is killed, and its files closed.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMinutes(2);

    /// <summary>For closing one machine or server; a killed QEMU has 20 s to go.</summary>
    private static readonly TimeSpan CloseBound = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DiagnosticsBound = TimeSpan.FromSeconds(15);

    private readonly TimeProvider time = environment.Time;
    private readonly double timeScale = environment.Accelerator.TimeScale;

    /// <summary>Machines for several scenarios, which are not up yet.</summary>
    public static SharedRig Share(TimeProvider time) => new(CloseBound, time);

    /// <summary>The longest that an attempt takes beyond its scenario's time: what was cut off ends, diagnostics are gathered, everything is closed.</summary>
    public static TimeSpan Afterwards(double timeScale) => StopGrace + Diagnostics.Longest(DiagnosticsBound * timeScale) + (10 * CloseBound);

    /// <summary>Returns how it ended. Throws nothing: whatever fails is an outcome, and what was opened is closed.</summary>
    /// <param name="stopping">Cancelled when the run is stopped.</param>
    public async Task<AttemptResult> RunAsync(CancellationToken stopping)
    {
        var opened = new TeardownStack(CloseBound, time);
        AttemptResult result;
        try
        {
            result = await RunAsync(opened, stopping);
        }
        catch (Exception e)
        {
            result = AttemptResult.Of(e, stopping);
        }

        result = result.After(await opened.CloseAsync());
        // The next one starts on machines that are known to be well, or on new ones.
        return shared is not null && (result.Outcome is not Outcome.Passed || shared.IsLast) ? result.After(await shared.CloseAsync()) : result;
    }

    private async Task<AttemptResult> RunAsync(TeardownStack opened, CancellationToken stopping)
    {
        using var clock = new ScenarioClock(scenario.Timeout * timeScale, time);
        var machines = shared?.Machines ?? [];
        var hold = settings.Hold is { } wanted ? new AttemptHold(wanted, scenario, clock, machines, log, time) : null;
        var begun = time.GetTimestamp();
        var load = new HostLoad(() => machines.ToArray().Select(live => (live.Name, live.Machine.Starvation)), time);
        var steps = new StepLog(log, clock, load, time, stopping);
        var result = new AttemptResult(Outcome.Passed, null);
        try
        {
            await CarryOutAsync(machines, steps, hold, opened, clock, stopping);
        }
        catch (Exception e)
        {
            var cause = steps.Cause(e);
            result = AttemptResult.Of(cause, stopping);
            if (result.Outcome is not Outcome.Interrupted)
                result = result with { Cause = steps.At(cause, Evidence.Of(machines, shared?.Folder ?? folder)) };
        }

        result = result with { Load = load.Over(time.GetElapsedTime(begun)) };
        if (result.Outcome is Outcome.Failed or Outcome.Infrastructure)
        {
            await new Diagnostics(folder, DiagnosticsBound * timeScale, time).GatherAsync(machines, stopping);
            if (Diagnostics.Afterwards(machines, result.Reason!) is { } more)
                result = result with { Reason = $"{result.Reason}\n{more}" };
        }

        if (hold is not null && result.Outcome != Outcome.Interrupted)
            await hold.AfterAsync(result.Outcome, result.Reason, stopping);
        return result with { Held = clock.Held, Broke = hold?.Broke };
    }

    private async Task CarryOutAsync(List<LiveMachine> machines, StepLog steps, AttemptHold? hold, TeardownStack opened, ScenarioClock clock, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, stopping);
        await Bounded.UntilCancelledAsync(
            () => $"the attempt to end, which was cancelled {steps.Where}", StopGrace, time,
            async () =>
            {
                Task<Rig> BringUpAsync(AttemptLog machineLog, TeardownStack machineStack) => new BringUp(scenario, settings, environment, folder, machineLog, machines, machineStack).RunAsync(both.Token);
                var rig = await steps.BringUpAsync(scenario.Machines, () => shared is null ? BringUpAsync(log, opened) : shared.EnterAsync(scenario.Id, folder, log, BringUpAsync));
                await new StepSequence(scenario, rig, steps, hold, log, folder, timeScale, time).RunAsync(opened, both.Token);
            },
            both.Token);
    }
}
