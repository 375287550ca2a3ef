namespace Kola.Servers.FleetLock;

/// <summary>What a client asks for.</summary>
public enum LockCall
{
    /// <summary>Anything, even what there is not; said of faults, no request is it.</summary>
    All,

    /// <summary>A slot, to reboot.</summary>
    PreReboot,

    /// <summary>To give its slot back, if it holds one.</summary>
    SteadyState,
}
