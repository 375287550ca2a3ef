using Kola.Machines.AdapterPrograms;

namespace Kola.Machines;

/// <summary>One guarded wait: races an action against the machine's death, its fatal console lines and a bound.</summary>
internal sealed class MachineGuard(Machine machine, string awaiting, TimeSpan bound, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private const int TailLines = 40;

    /// <summary>Whether the guest's own shutdown is what is awaited.</summary>
    public bool AcceptsOff { get; init; }

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(bound, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var faulted = machine.Faulted;
        var off = AcceptsOff || machine.AllowedFaults.Contains(MachineFault.PoweredOff)
            ? new TaskCompletionSource().Task
            : machine.Stopped;
        if (!AcceptsOff && machine is { State: MachineState.Off, LastChange.State: not "shutdown" })
            throw new InputException($"machine {machine.Spec.Name} is off ({Describe(machine.LastChange)}) where {awaiting} is awaited; power it on first");
        if (faulted.IsCompleted || off.IsCompleted)
            throw Ended(await FaultAsync(faulted, off));

        var running = Task.Run(() => action(linked.Token), CancellationToken.None);
        var interrupted = Task.Delay(Timeout.InfiniteTimeSpan, time, linked.Token);
        var first = await Task.WhenAny(running, faulted, off, interrupted);
        if (first != running)
        {
            await linked.CancelAsync();
            await SettleAsync(running);
        }

        // A console fault counts even when the action has just succeeded: the machine is not what was awaited.
        if (faulted.IsCompleted)
            throw Ended(await faulted);
        if (running.IsCompletedSuccessfully)
            return await running;
        // A program that hangs says nothing about the guest, however long it was waited for.
        if (running.Exception?.InnerException is AdapterProgramException)
            return await running;
        cancellation.ThrowIfCancellationRequested();
        if (first == running && !patience.IsCancellationRequested)
        {
            // An action fails first where the machine's death is what made it fail: the death is what is told.
            await Task.WhenAny(faulted, off, Task.Delay(Fails(running) ? Settling : TimeSpan.Zero, time, CancellationToken.None));
            if (faulted.IsCompleted || off.IsCompleted)
                throw Ended(await FaultAsync(faulted, off));
            return await running;
        }

        if (off.IsCompleted)
            throw Ended(await FaultAsync(faulted, off));
        throw new MachineTimeoutException(
            machine.Spec.Name, awaiting, bound, Describe(machine.LastChange), machine.DescribeProcess(), machine.Console.Tail(TailLines),
            running.Exception?.InnerException);
    }

    /// <summary>Host failures (a refused or closed monitor, a socket) may be the first sign of a death; a guest's failure is an answer.</summary>
    private static bool Fails(Task running) => running.Exception?.InnerException is not (null or GuestException or InputException);

    private static string Describe(MachineChange change) =>
        change.Detail is null ? change.State : $"{change.State} ({change.Detail})";

    private async Task<MachineFault> FaultAsync(Task<MachineFault> faulted, Task off)
    {
        if (!faulted.IsCompleted)
            await off;
        return faulted.IsCompleted ? await faulted : new(MachineFault.PoweredOff, Describe(machine.LastChange), IsHost: false);
    }

    private MachineException Ended(MachineFault fault) => fault.IsHost
        ? new MachineDiedException(machine.Spec.Name, awaiting, fault, machine.Console.Tail(TailLines))
        : new MachineFaultException(machine.Spec.Name, awaiting, fault, machine.Console.Tail(TailLines));

    /// <summary>The action has been cancelled; one that does not heed it is left behind.</summary>
    private async Task SettleAsync(Task running)
    {
        await Task.WhenAny(running, Task.Delay(Settling, time, CancellationToken.None));
        _ = running.ContinueWith(left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
