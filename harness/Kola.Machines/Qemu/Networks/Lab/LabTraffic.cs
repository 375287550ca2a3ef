namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>What a port counts, in frames.</summary>
public enum LabTraffic
{
    /// <summary>Came from the machine.</summary>
    Received,

    /// <summary>Went to the machine.</summary>
    Sent,

    /// <summary>From the machine, and not passed on because a partition lies between.</summary>
    Cut,

    /// <summary>From the machine, and lost by a fault.</summary>
    Lost,

    /// <summary>From the machine, and passed on twice by a fault.</summary>
    Duplicated,

    /// <summary>From the machine, and held back by a fault so that later ones overtake it.</summary>
    Overtaken,

    /// <summary>From the machine beyond a fault's bandwidth, or for it while it took none: more than is kept.</summary>
    Overflowed,
}
