using System.Diagnostics.CodeAnalysis;
using Kola.Machines.Ssh;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Steps;

/// <summary>A kind of step that is about no machine, but about a service or the whole attempt.</summary>
[StepScope(StepScope.NoMachine)]
internal interface IMachinelessStep
{
    /// <returns>What was seen, in a line for people.</returns>
    /// <exception cref="StepFailedException">What was seen is not what the step expects.</exception>
    Task<string?> RunAsync(StepContext context, CancellationToken cancellation);
}

/// <summary>A kind of step that is about one machine; where a step names several, it is carried out for each in turn.</summary>
[StepScope(StepScope.EachMachine)]
internal interface IMachineStep
{
    /// <inheritdoc cref="IMachinelessStep.RunAsync"/>
    /// <exception cref="Kola.Machines.GuestException">The guest died, panicked or did not answer in time.</exception>
    Task<string?> RunAsync(MachineStepContext context, CancellationToken cancellation);
}

/// <summary>A kind of step that relates several machines; it is carried out once. Their least number: <see cref="Step.LeastMachines"/>.</summary>
[StepScope(StepScope.SeveralMachines)]
internal interface ISeveralMachinesStep
{
    /// <inheritdoc cref="IMachineStep.RunAsync"/>
    /// <param name="machines">At least one.</param>
    Task<string?> RunAsync(IReadOnlyList<MachineStepContext> machines, CancellationToken cancellation);
}

/// <summary>What a step works with.</summary>
internal record StepContext
{
    /// <summary>The step's time, scaled for this host.</summary>
    public required TimeSpan Bound { get; init; }

    /// <summary>Factor from times for KVM to this host's.</summary>
    public required double TimeScale { get; init; }

    /// <summary>The attempt's folder.</summary>
    public required string Folder { get; init; }

    public required AttemptServices Services { get; init; }

    public required ClusterWatches Watches { get; init; }

    /// <summary>Keeps all machines as they are, by the label of a checkpoint. Returns what became of it, for people.</summary>
    public required Func<string, CancellationToken, Task<string?>> CheckpointAsync { get; init; }

    /// <summary>Cancelled when the attempt is: for what goes on after the step.</summary>
    public required CancellationToken Attempt { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>For guards around what has a bound of its own, whose message says more.</summary>
    public TimeSpan GuardBound => Bound + TimeSpan.FromSeconds(5);
}

/// <summary>What a step works with that is about a machine.</summary>
internal sealed record MachineStepContext : StepContext
{
    [SetsRequiredMembers]
    public MachineStepContext(StepContext context, LiveMachine live)
        : base(context) => Live = live;

    public LiveMachine Live { get; }

    /// <summary>Runs a command in the guest; ends at once when the guest dies or panics.</summary>
    public Task<CommandResult> CommandAsync(string command, CancellationToken cancellation) =>
        GuardAsync($"the end of '{command}'", c => Live.Ssh.RunAsync(Live.Filled(command), Bound, c), cancellation);

    /// <summary>Waits for something that has the step's time as its own bound; ends at once when the guest dies or panics.</summary>
    public Task<T> GuardAsync<T>(string awaiting, Func<CancellationToken, Task<T>> action, CancellationToken cancellation) =>
        Live.Machine.GuardAsync(awaiting, GuardBound, action, cancellation);

    /// <inheritdoc cref="GuardAsync{T}"/>
    public Task GuardAsync(string awaiting, Func<CancellationToken, Task> action, CancellationToken cancellation) =>
        Live.Machine.GuardAsync(awaiting, GuardBound, action, cancellation);
}
