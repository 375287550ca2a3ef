namespace Kola.Machines.Guests;

/// <summary>How a release fails, as scenario files write it.</summary>
public enum SabotageKind
{
    /// <summary>A unit that the release has fails to start.</summary>
    FailingUnit,

    /// <summary>A unit that the release has does not come to an end before a file is there (<see cref="Sabotage.GoOn"/>).</summary>
    WaitingUnit,

    /// <summary>The kernel panics as soon as user space starts.</summary>
    Panic,

    /// <summary>The start never gets beyond its first units.</summary>
    Hang,

    /// <summary>No network interface is configured.</summary>
    NoNetwork,
}
