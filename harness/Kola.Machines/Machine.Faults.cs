using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Qemu.Serial;

namespace Kola.Machines;

/// <content>What goes wrong with it while nobody waits for anything.</content>
public sealed partial class Machine
{
    /// <summary>Two resets so soon after each other are one reboot: SeaBIOS answers a warm one with a reset of its own (31 ms, seen under emulation), and no system starts in that time.</summary>
    private static readonly TimeSpan FirmwareReset = TimeSpan.FromSeconds(1);

    /// <summary>More than an initrd prints when it gives up, less than a boot.</summary>
    private const int LastLines = 60;

    // systemd, src/core/job.c and unit.c: what it shows of jobs that timed out.
    [GeneratedRegex(@"Timed out waiting for device|Timed out starting|[Jj]ob \S+/start timed out|start operation timed out")]
    private static partial Regex GaveUpWaiting { get; }

    private ImmutableHashSet<string> allowedFaults = [];
    private TaskCompletionSource<MachineFault> fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? lastWatchdog;
    private int? rebootsLeft;
    private DateTimeOffset? lastReset;

    /// <summary>Completes when QEMU dies unasked or the console shows a fatal line that is not allowed. Renewed by <see cref="StartAsync"/>.</summary>
    public Task<MachineFault> Faulted
    {
        get
        {
            lock (gate)
                return fault.Task;
        }
    }

    /// <summary>Names of faults that do not end waits.</summary>
    public IReadOnlySet<string> AllowedFaults => allowedFaults;

    /// <summary>Faults of these names do not end waits any more. Say so before the fault can come.</summary>
    public void AllowFaults(IEnumerable<string> names)
    {
        string[] all = [.. names];
        ImmutableInterlocked.Update(ref allowedFaults, allowed => allowed.Union(all));
    }

    /// <summary>How many more reboots of the guest's own doing are no fault: one where it was told to reboot. <see langword="null"/>: any number.</summary>
    public int? RebootsLeft
    {
        get
        {
            lock (gate)
                return rebootsLeft;
        }

        set
        {
            lock (gate)
                rebootsLeft = value;
        }
    }

    private void OnQmpEvent(QmpEvent told)
    {
        switch (told)
        {
            case ResetEvent reset:
                Journal?.Mark("reset-done", anotherBoot: true);
                Change("reset", reset.Guest ? "by the guest" : "by Kola");
                if (IsOneTooMany(reset) && !allowedFaults.Contains(MachineFault.UnaskedReboot))
                {
                    // By its own clock something took too long, which it does on a host that keeps it from running.
                    var late = lastWatchdog ?? Console.Tail(LastLines).LastOrDefault(line => GaveUpWaiting.IsMatch(line))?.Trim();
                    fault.TrySetResult(new(MachineFault.UnaskedReboot, $"unexpected guest reboot ({late ?? reset.Reason})", IsHost: false) { HostWhenStarved = late is not null });
                }

                break;
            case WatchdogEvent watchdog:
                lastWatchdog = $"it did not feed its watchdog, which does: {watchdog.Action}";
                Change("watchdog", lastWatchdog);
                if (!allowedFaults.Contains(MachineFault.WatchdogReset))
                    fault.TrySetResult(new(MachineFault.WatchdogReset, lastWatchdog, IsHost: false) { HostWhenStarved = true });
                break;
            // A full disk stops the guest's processors (werror=enospc); others reach the guest as its disk's errors. Neither is its doing.
            case BlockErrorEvent error:
                fault.TrySetResult(new(MachineFault.DiskError, $"the host could not {error.Operation} disk {error.Device}: {error.Reason}", IsHost: true));
                break;
            default:
                break;
        }
    }

    /// <summary>An event was not handled to its end (a full disk, a defect of Kola): the machine goes on, what waits for it does not.</summary>
    private void OnHandlerFailed(Exception e) =>
        fault.TrySetResult(new(MachineFault.EventLost, $"an event of QEMU could not be handled: {(e is IOException ? e.Message : $"{e.GetType().Name}: {e.Message}; please report it")}", IsHost: true));

    /// <summary>Why the console was not kept to the end, for messages.</summary>
    private static string Tell(Exception error) => error is IOException or UnauthorizedAccessException
        ? $"its console log cannot be written: {error.Message}"
        : $"Kola failed while it read the console, please report it: {error.GetType().Name}: {error.Message}";

    private bool IsOneTooMany(ResetEvent reset)
    {
        lock (gate)
        {
            var again = reset.At - lastReset < FirmwareReset;
            lastReset = reset.At;
            return reset.Guest && !again && rebootsLeft-- <= 0;
        }
    }

    /// <summary>What a line of the console comes to on this host.</summary>
    public MachineFault Fault(ConsoleFaultSeen seen) =>
        new(seen.Name, seen.Line, IsHost: seen.HostWhenEmulated && environment.Accelerator.Kind is AcceleratorKind.Tcg) { HostWhenStarved = seen.HostWhenStarved };

    private void OnConsoleFault(ConsoleFaultSeen seen)
    {
        if (!allowedFaults.Contains(seen.Name))
            fault.TrySetResult(Fault(seen));
    }
}
