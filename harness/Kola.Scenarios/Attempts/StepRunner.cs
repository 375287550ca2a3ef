using Kola.Machines;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Cluster;
using Kola.Scenarios.Steps.Console;
using Kola.Scenarios.Steps.Disk;
using Kola.Scenarios.Steps.Guest;
using Kola.Scenarios.Steps.Network;
using Kola.Scenarios.Steps.Power;
using Kola.Scenarios.Steps.Update;

namespace Kola.Scenarios.Attempts;

/// <summary>Carries out one step.</summary>
/// <param name="timeScale">Factor from the bounds that files give (for KVM) to this host's.</param>
/// <param name="folder">The attempt's folder.</param>
internal sealed class StepRunner(double timeScale, AttemptServers servers, AttemptLocks locks, AttemptNetworks networks, ClusterWatches watches, string folder, TimeProvider time)
{
    private static readonly TimeSpan DefaultBound = TimeSpan.FromSeconds(30);

    /// <summary>The machines that each execution of the step is about: one each, all at once for a step that relates them, none for one that is about a server.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rounds(Step step) => step is CompareStep or WatchStep or RollStep ? [step.On] : step is ServeStep or RequestsStep or FleetLockStep or LabStep ? [[]] : step.On.Select(name => (IReadOnlyList<string>)[name]);

    /// <summary>Returns what was seen, in a line for people.</summary>
    /// <param name="machines">One of <see cref="Rounds"/>.</param>
    /// <exception cref="StepFailedException">What was seen is not what the step expects.</exception>
    /// <exception cref="GuestException">The guest died, panicked or did not answer in time.</exception>
    public Task<string?> RunAsync(Step step, IReadOnlyList<LiveMachine> machines, CancellationToken cancellation)
    {
        var bound = (step.Timeout ?? DefaultBound) * timeScale;
        if (step is ServeStep serve)
            return ServingExecution.ServeAsync(serve, servers, cancellation);
        if (step is RequestsStep requests)
            return Task.FromResult(ServingExecution.Judge(requests, servers));
        if (step is FleetLockStep fleetLock)
            return Task.FromResult(ServingExecution.Lock(fleetLock, locks));
        if (step is LabStep lab)
            return Task.FromResult<string?>(networks.Apply(lab));
        if (step is WatchStep watch)
            return watches.BeginAsync(watch, machines, bound, cancellation);
        var contexts = machines.Select(machine => new StepContext(machine, bound, timeScale, folder, time)).ToArray();
        var context = contexts[0];
        return step switch
        {
            UpdateStep update => UpdateExecution.RunAsync(update, context, servers, cancellation),
            RollStep roll => RollExecution.RunAsync(roll, contexts, servers, watches, cancellation),
            RollbackStep rollback => RollbackExecution.RunAsync(rollback, context, cancellation),
            FallBackStep fallBack => FallBackExecution.RunAsync(fallBack, context, cancellation),
            SabotageStep sabotage => SabotageExecution.RunAsync(sabotage, context, cancellation),
            CompareStep compare => CompareExecution.RunAsync(compare, contexts, cancellation),
            RunStep run => CommandExecution.RunAsync(run, context, cancellation),
            UploadStep upload => TransferExecution.UploadAsync(upload, context, cancellation),
            DownloadStep download => TransferExecution.DownloadAsync(download, context, cancellation),
            RebootStep reboot => PowerExecution.RebootAsync(reboot, context, cancellation),
            PowerOffStep => PowerExecution.PowerOffAsync(context, cancellation),
            PowerOnStep on => PowerExecution.PowerOnAsync(on, context, cancellation),
            PowerCutStep cut => PowerExecution.PowerCutAsync(cut, context, servers, cancellation),
            WaitForStep wait => WaitExecution.RunAsync(wait, context, cancellation),
            ExpectStep expect => ExpectExecution.RunAsync(expect, context, cancellation),
            InspectDiskStep inspect => InspectDiskExecution.RunAsync(inspect, context, cancellation),
            CanaryStep canary => CanaryExecution.RunAsync(canary, context, cancellation),
            ClockStep clock => ClockExecution.RunAsync(clock, context, cancellation),
            NetworkStep network => NetworkExecution.RunAsync(network, context, servers, cancellation),
            FillDiskStep fill => DiskSpaceExecution.FillAsync(fill, context, cancellation),
            FreeDiskStep free => DiskSpaceExecution.FreeAsync(free, context, cancellation),
            DamageStep damage => DamageExecution.RunAsync(damage, context, cancellation),
            ConsoleStep console => ConsoleExecution.RunAsync(console, context, cancellation),
            _ => throw new InvalidOperationException($"no execution for a step of kind {step.Kind}"),
        };
    }
}

/// <summary>What the execution of a step works with.</summary>
/// <param name="Bound">The step's time, scaled for this host.</param>
/// <param name="TimeScale">Factor from times for KVM to this host's.</param>
/// <param name="Folder">The attempt's folder.</param>
internal sealed record StepContext(LiveMachine Live, TimeSpan Bound, double TimeScale, string Folder, TimeProvider Time)
{
    /// <summary>For guards around what has a bound of its own, whose message says more.</summary>
    public TimeSpan GuardBound => Bound + TimeSpan.FromSeconds(5);

    /// <summary>Runs a command in the guest; ends at once when the guest dies or panics.</summary>
    public Task<Machines.Ssh.CommandResult> CommandAsync(string command, CancellationToken cancellation) =>
        Live.Machine.GuardAsync($"the end of '{command}'", GuardBound, c => Live.Ssh.RunAsync(command, Bound, c), cancellation);
}
