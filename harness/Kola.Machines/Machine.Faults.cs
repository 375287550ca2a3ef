using Kola.Machines.Host;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Qemu.Serial;

namespace Kola.Machines;

/// <content>What goes wrong with it while nobody waits for anything.</content>
public sealed partial class Machine
{
    private readonly HashSet<string> allowedFaults = [];
    private TaskCompletionSource<MachineFault> fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? lastWatchdog;

    /// <summary>Completes when QEMU dies unasked or the console shows a fatal line that is not allowed. Renewed by <see cref="StartAsync"/>.</summary>
    public Task<MachineFault> Faulted
    {
        get
        {
            lock (gate)
                return fault.Task;
        }
    }

    /// <summary>Names of faults that do not end waits. Add to it before the fault can come.</summary>
    public ISet<string> AllowedFaults => allowedFaults;

    /// <summary>Whether a reboot that Kola did not bring about is a fault: nothing is on its way up or down.</summary>
    public bool WatchesReboots { get; set; }

    private void OnQmpEvent(QmpEvent told)
    {
        switch (told)
        {
            case ResetEvent reset:
                Journal?.Mark("reset-done", anotherBoot: true);
                Change("reset", reset.Guest ? "by the guest" : "by Kola");
                if (reset.Guest && WatchesReboots && !allowedFaults.Contains(MachineFault.UnaskedReboot))
                    fault.TrySetResult(new(MachineFault.UnaskedReboot, $"the guest rebooted and nobody asked it to ({lastWatchdog ?? reset.Reason})", IsHost: false));
                break;
            case WatchdogEvent watchdog:
                lastWatchdog = $"it did not feed its watchdog, which does: {watchdog.Action}";
                Change("watchdog", lastWatchdog);
                break;
            // A full disk stops the guest's processors (werror=enospc); others reach the guest as its disk's errors. Neither is its doing.
            case BlockErrorEvent error:
                fault.TrySetResult(new(MachineFault.DiskError, $"the host could not {error.Operation} disk {error.Device}: {error.Reason}", IsHost: true));
                break;
            default:
                break;
        }
    }

    private void OnConsoleFault(ConsoleFaultSeen seen)
    {
        if (!allowedFaults.Contains(seen.Name))
            fault.TrySetResult(new(seen.Name, seen.Line, IsHost: seen.HostWhenEmulated && environment.Accelerator.Kind is AcceleratorKind.Tcg));
    }
}
