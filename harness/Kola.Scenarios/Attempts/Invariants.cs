using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Steps.Guest;

namespace Kola.Scenarios.Attempts;

/// <summary>What must hold for every scenario, whatever its steps ask.</summary>
/// <param name="bound">Of one machine's answer, for this host.</param>
/// <param name="watches">What the scenario asks of clusters besides.</param>
internal sealed class Invariants(IReadOnlyList<LiveMachine> machines, TimeSpan bound, ClusterWatches? watches = null)
{
    /// <summary>No machine has told of a fault that is not allowed, rebooted or gone off by itself. Asks the guests nothing.</summary>
    /// <exception cref="MachineException">One has.</exception>
    public void CheckFaults()
    {
        watches?.Check();
        foreach (var live in machines)
        {
            if (live.Machine.Faulted is { IsCompletedSuccessfully: true, Result: var fault })
                throw Failure(live.Name, fault);
            if (live.Fault is { } seen)
                throw Failure(live.Name, seen);
            if (live is { IsReady: true, Machine.State: MachineState.Off } && !live.Machine.AllowedFaults.Contains(MachineFault.PoweredOff))
                throw new StepFailedException($"{live.Name} powered off unexpectedly: {live.Machine.LastChange.Detail}");
        }
    }

    /// <summary>Runs a step; a fault of any machine ends it, also of one that the step is not about.</summary>
    public async Task<string?> BesideAsync(Func<CancellationToken, Task<string?>> step, CancellationToken cancellation)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = step(broken.Token);
        var first = await Task.WhenAny([running, .. machines.Select(live => live.Machine.Faulted), .. watches is null ? [] : new Task[] { watches.Broken }]);
        if (first == running)
            return await running;
        await broken.CancelAsync();
        try
        {
            // Where the step waits for that machine it tells more: for what.
            await running;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            CheckFaults();
            throw;
        }

        CheckFaults();
        return await running;
    }

    /// <summary>Besides, each machine that is ready runs the boot that Kola knows of, no unit has failed but those that may, and its canaries are as they were written.</summary>
    /// <exception cref="GuestException">It is not so.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        CheckFaults();
        foreach (var live in machines.Where(m => m is { IsReady: true, Machine.State: MachineState.Running }))
        {
            await live.Machine.GuardAsync("the state of the guest at the end", bound, async token =>
            {
                await CheckHealthAsync(live, token);
                foreach (var canary in live.Canaries.Values)
                    await CanaryStep.VerifyAsync(live, canary, token);
            }, cancellation);
        }
    }

    private static MachineException Failure(string machine, MachineFault fault)
    {
        if (fault.IsHost)
            return new HostException($"{machine}: {fault.Name}: {fault.Detail}; read qemu.log");
        var message = $"{machine}: {fault.Name}: {fault.Detail}; read console.log, or allow '{fault.Name}' where it is expected";
        return fault.HostWhenStarved ? new StepTooLateException(message, MachineFault.LookBack) : new StepFailedException(message);
    }

    private static async Task CheckHealthAsync(LiveMachine live, CancellationToken cancellation)
    {
        var health = await live.Adapter.HealthAsync(live.Ssh, cancellation);
        if (health.BootId != live.Boots[^1] && !live.Machine.AllowedFaults.Contains(MachineFault.UnaskedReboot))
            throw new StepFailedException($"{live.Name} rebooted unexpectedly: it runs boot {health.BootId}, the last one known is {live.Boots[^1]}");
        var failed = health.FailedUnits.Except(live.Definition.Ready.AllowFailedUnits).Except(live.ExpectedFailedUnits).ToList();
        if (failed.Count > 0)
            throw await UnitsFailedException.OfAsync(live.Name, live.Adapter, live.Ssh, failed, cancellation);
    }
}
