namespace Kola.Machines;

public enum MachineState
{
    /// <summary>No process. It has its disks once it was started.</summary>
    Off,

    Running,

    /// <summary>On its way to <see cref="Off"/> because Kola asked for it.</summary>
    Stopping,

    /// <summary>QEMU ended and nobody asked for it. It can be started again.</summary>
    Dead,
}

/// <summary>Something happened to a machine.</summary>
/// <param name="State">As in the event log: <c>created, started, resumed, reset, watchdog, shutdown, died, stopped</c>.</param>
/// <param name="Detail">Why, or how.</param>
public sealed record MachineChange(string State, string? Detail, DateTimeOffset At);

/// <summary>How a machine was brought to stop.</summary>
public enum PowerOffManner
{
    /// <summary>It was off already.</summary>
    WasOff,

    /// <summary>The guest shut down when its power button was pressed.</summary>
    Guest,

    /// <summary>The guest did not within the grace; QEMU was told to quit.</summary>
    Quit,

    /// <summary>QEMU did not even quit and was killed.</summary>
    Killed,
}
