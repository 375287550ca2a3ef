namespace Kola.Scenarios.Live;

/// <summary>How a machine restarts.</summary>
public enum RebootKind
{
    /// <summary>The guest is told to.</summary>
    Soft,

    /// <summary>A reset, without warning.</summary>
    Hard,

    /// <summary>The guest does so by itself.</summary>
    Own,

    /// <summary>The guest restarts its user space under the running kernel; the boot id stays the same.</summary>
    UserSpace,
}
