using System.ComponentModel;

namespace Kola.Machines.Images.Catalog;

/// <summary>What a unit is for, so that a scenario need not know how an OS names it.</summary>
/// <remarks>Guest adapters know the names that a whole family has; the catalog's <c>units</c> has those of one image, which count before them.</remarks>
public enum UnitRole
{
    [Description("The SSH server.")]
    Ssh,

    [Description("What a good boot has reached.")]
    BootComplete,

    [Description("The health check, which decides whether the boot is good.")]
    Health,

    [Description("Marks the boot good once it is complete.")]
    MarkGood,

    [Description("Looks for updates and installs them.")]
    Updater,

    [Description("Asks for a slot and reboots into an installed release.")]
    RebootAgent,

    [Description("The timer that ends a boot on trial which is not up in time.")]
    BootDeadline,
}

/// <summary>Roles of units as files write them.</summary>
public static class UnitRoles
{
    internal const string Keys = "^(ssh|boot-complete|health|mark-good|updater|reboot-agent|boot-deadline)$";
    public const string Expected = "one of ssh, boot-complete, health, mark-good, updater, reboot-agent, boot-deadline";
}
