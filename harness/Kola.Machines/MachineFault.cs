namespace Kola.Machines;

/// <summary>Why waiting for a machine is vain.</summary>
/// <param name="Name">A console pattern's name, or one of the names below.</param>
/// <param name="Detail">The line that told it, or how the process ended.</param>
/// <param name="IsHost">Whether the host is to blame, not the guest.</param>
public sealed record MachineFault(string Name, string Detail, bool IsHost)
{
    /// <summary>What is looked back on to tell whether the host was starved when a fault was seen: the longest of the guest's own watchdogs (hung tasks) waits this long.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromMinutes(2);

    /// <summary>Whether the host is to blame where it was starved: the guest's own clock or watchdog did not bear it.</summary>
    public bool HostWhenStarved { get; init; }

    /// <summary>QEMU ended and nobody asked for it.</summary>
    public const string Died = "died";

    /// <summary>An event of QEMU could not be handled to its end: what Kola knows of the machine may be wrong.</summary>
    public const string EventLost = "event-lost";

    /// <summary>The host could not read or write a disk of the machine.</summary>
    public const string DiskError = "disk-error";

    /// <summary>The guest reset itself, or was reset by its watchdog, more often than <see cref="Machine.RebootsLeft"/>.</summary>
    public const string UnaskedReboot = "unasked-reboot";

    /// <summary>The guest did not feed its watchdog. Many machines have none: a system that only a watchdog brings back hangs there.</summary>
    public const string WatchdogReset = "watchdog-reset";

    /// <summary>The guest shut itself down. Ends waits, too, unless <see cref="Machine.AllowedFaults"/> has it.</summary>
    public const string PoweredOff = "powered-off";
}

/// <summary>The guest did what ends every wait: its console told so, or it shut itself down.</summary>
public sealed class MachineFaultException(string machine, string awaiting, MachineFault fault, IReadOnlyList<string> consoleTail)
    : GuestException($"{machine}: {fault.Name} while waiting for {awaiting}: {fault.Detail}; read console.log, or allow '{fault.Name}' where it is expected"), IStarvable
{
    public MachineFault Fault { get; } = fault;

    /// <inheritdoc/>
    public TimeSpan? Waited => Fault.HostWhenStarved ? MachineFault.LookBack : null;

    /// <summary>The last lines of the console.</summary>
    public IReadOnlyList<string> ConsoleTail { get; } = consoleTail;
}

/// <summary>QEMU ended, and neither Kola nor the guest asked for it; or the host could not serve the machine's disks.</summary>
public sealed class MachineDiedException(string machine, string awaiting, MachineFault fault, IReadOnlyList<string> consoleTail)
    : HostException($"{machine}: {fault.Name} while waiting for {awaiting}: {fault.Detail}; read qemu.log, and look for a full disk, a killed process or too much load on the host (dmesg, uptime)")
{
    public MachineFault Fault { get; } = fault;

    public IReadOnlyList<string> ConsoleTail { get; } = consoleTail;
}

/// <summary>What was awaited did not come in time.</summary>
public sealed class MachineTimeoutException : GuestException, IStarvable
{
    /// <param name="lastState">The last thing that happened to the machine.</param>
    /// <param name="process">Whether its process lives, or how it ended.</param>
    /// <param name="lastError">What the last try ran into, if anything.</param>
    public MachineTimeoutException(
        string machine, string awaiting, TimeSpan bound, string lastState, string process, IReadOnlyList<string> consoleTail, Exception? lastError)
        : base($"{machine}: timed out after {bound.TotalSeconds:0.#} s waiting for {awaiting}; last seen: {lastState}; {process}; "
            + $"the console ends with: {(consoleTail.Count == 0 ? "nothing" : string.Join(" | ", consoleTail.TakeLast(5)))}; "
            + "read console.log, or give the step more time", lastError)
    {
        Awaiting = awaiting;
        Bound = bound;
        ConsoleTail = consoleTail;
    }

    public string Awaiting { get; }

    public TimeSpan Bound { get; }

    /// <inheritdoc/>
    public TimeSpan? Waited => Bound;

    public IReadOnlyList<string> ConsoleTail { get; }
}
