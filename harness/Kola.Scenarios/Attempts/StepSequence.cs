using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Attempts;

/// <summary>Carries out a scenario's steps one after the other; what must hold for every scenario is checked beside and after them.</summary>
/// <param name="timeScale">Factor from times for KVM to this host's.</param>
internal sealed class StepSequence(ScenarioCase scenario, Rig rig, StepLog steps, AttemptHold? hold, AttemptLog log, string folder, double timeScale, TimeProvider time)
{
    private static readonly TimeSpan InvariantsBound = TimeSpan.FromSeconds(30);

    /// <summary>How long a machine that was updated has to stay well after its last boot, and what may start at the end of that needs to show itself.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30), QuietWork = TimeSpan.FromSeconds(1);

    /// <param name="opened">Takes over what watches the machines.</param>
    /// <exception cref="Kola.Machines.MachineException">A step or an invariant failed.</exception>
    public async Task RunAsync(TeardownStack opened, CancellationToken cancellation)
    {
        // Closed before the machines, so that it does not take their end for a fault.
        var watches = opened.Add("the watches of clusters", ClusterWatches.None(rig.Services, timeScale, log, time));
        var invariants = new Invariants(rig.Machines, InvariantsBound * timeScale, watches);
        var runner = new StepRunner(timeScale, rig.Services, watches, (label, token) => CheckpointAsync(label, invariants, token), folder, time, cancellation);
        foreach (var step in scenario.Steps)
        {
            if (hold is not null)
                await hold.BeforeAsync(steps.Number + 1, cancellation);
            invariants.CheckFaults();
            steps.Next(step);
            foreach (var names in StepRunner.Rounds(step))
            {
                LiveMachine[] round = [.. names.Select(name => rig.Machines.Single(m => m.Name == name))];
                // At a checkpoint the machines stand still, and nothing is watched beside it.
                if (step.Checkpoint is not null)
                    await steps.RunAsync(step, null, () => runner.RunAsync(step, round, cancellation));
                else
                    await steps.RunAsync(
                        step, scenario.Machines.Count > 1 ? string.Join(", ", names) : null, () => invariants.BesideAsync(token => runner.RunAsync(step, round, token), cancellation));
            }
        }

        // Emulated work takes longer, and the timers that start it do not.
        await invariants.QuietAsync(Quiet + (QuietWork * timeScale), time, cancellation);
        await watches.EndAsync(cancellation);
        await invariants.CheckAsync(cancellation);
    }

    /// <summary>A checkpoint keeps what has passed so far: what holds for every scenario is checked first.</summary>
    private async Task<string?> CheckpointAsync(string label, Invariants invariants, CancellationToken cancellation)
    {
        await invariants.CheckAsync(cancellation);
        return rig.Snapshots is { } snapshots
            ? await snapshots.CheckpointAsync(label, hold?.Broke is { } at ? $"it was stopped before step {at}, and a hand may have changed it" : null, cancellation)
            : "not kept: this host keeps no snapshots";
    }
}
