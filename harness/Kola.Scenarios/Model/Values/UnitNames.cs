namespace Kola.Scenarios.Model.Values;

/// <summary>How files name a unit: by its full name, or by what it is for (<see cref="Machines.Images.Catalog.UnitRole"/>), whose name the image or its adapter knows.</summary>
public static class UnitNames
{
    public const string Pattern = @"^([A-Za-z0-9:_.\\@-]+\.[a-z]+|ssh|boot-complete|health|mark-good|updater|reboot-agent)$";

    public const string Form = "a unit's full name such as sshd.service, or one of ssh, boot-complete, health, mark-good, updater, reboot-agent";

    public const string ServicePattern = @"^([A-Za-z0-9:_.\\@-]+\.service|ssh|health|mark-good|updater|reboot-agent)$";

    public const string ServiceForm = "a service's full name such as sshd.service, or one of ssh, health, mark-good, updater, reboot-agent";
}
