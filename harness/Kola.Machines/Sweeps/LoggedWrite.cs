namespace Kola.Machines.Sweeps;

/// <summary>What an entry of a write log is, as its flags say (Linux, drivers/md/dm-log-writes.c).</summary>
[Flags]
public enum LogFlags
{
    None = 0,

    /// <summary>What was written before it is on the disk for good.</summary>
    Flush = 1,

    /// <summary>It is on the disk for good itself once it is done (forced unit access).</summary>
    ForcedUnitAccess = 2,

    /// <summary>The sectors' content is given up. It has no data.</summary>
    Discard = 4,
}

/// <summary>One entry of a write log.</summary>
/// <param name="Number">From 0, in the order in which the guest's requests came.</param>
/// <param name="Offset">Bytes from the start of the disk.</param>
/// <param name="Length">Bytes; 0 for a flush.</param>
/// <param name="At">Where its data begins in the log, in bytes.</param>
public readonly record struct LoggedWrite(int Number, LogFlags Flags, long Offset, long Length, long At)
{
    /// <summary>Whether it makes all before it last.</summary>
    public bool IsFlush => (Flags & LogFlags.Flush) != 0;

    public bool IsDiscard => (Flags & LogFlags.Discard) != 0;

    /// <summary>Whether it lasts by itself.</summary>
    public bool IsForced => (Flags & LogFlags.ForcedUnitAccess) != 0;

    /// <summary>Whether it changes the disk.</summary>
    public bool Changes => Length > 0;
}
