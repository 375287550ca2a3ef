using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps;

namespace Kola.Scenarios.Attempts;

/// <summary>Carries out one step.</summary>
/// <param name="timeScale">Factor from the bounds that files give (for KVM) to this host's.</param>
/// <param name="folder">The attempt's folder.</param>
/// <param name="checkpoint">See <see cref="StepContext.CheckpointAsync"/>.</param>
/// <param name="attempt">Cancelled when the attempt is.</param>
internal sealed class StepRunner(
    double timeScale, AttemptServices services, ClusterWatches watches, Func<string, CancellationToken, Task<string?>> checkpoint, string folder, TimeProvider time, CancellationToken attempt)
{
    private static readonly TimeSpan DefaultBound = TimeSpan.FromSeconds(30);

    /// <summary>The machines that each execution of the step is about.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rounds(Step step) => step.Scope switch
    {
        StepScope.NoMachine => [[]],
        StepScope.EachMachine => step.On.Select(name => (IReadOnlyList<string>)[name]),
        StepScope.SeveralMachines => [step.On],
    };

    /// <summary>Returns what was seen, in a line for people.</summary>
    /// <param name="machines">One of <see cref="Rounds"/>.</param>
    /// <exception cref="StepFailedException">What was seen is not what the step expects.</exception>
    /// <exception cref="Kola.Machines.GuestException">The guest died, panicked or did not answer in time.</exception>
    public Task<string?> RunAsync(Step step, IReadOnlyList<LiveMachine> machines, CancellationToken cancellation)
    {
        var context = new StepContext
        {
            Bound = (step.Timeout ?? DefaultBound) * timeScale,
            TimeScale = timeScale,
            Folder = folder,
            Services = services,
            Watches = watches,
            CheckpointAsync = checkpoint,
            Attempt = attempt,
            Time = time,
        };
        return step.Scope switch
        {
            StepScope.NoMachine => ((IMachinelessStep)step).RunAsync(context, cancellation),
            StepScope.EachMachine => ((IMachineStep)step).RunAsync(new(context, machines.Single()), cancellation),
            StepScope.SeveralMachines => ((ISeveralMachinesStep)step).RunAsync([.. machines.Select(live => new MachineStepContext(context, live))], cancellation),
        };
    }
}
