using Kola.Machines;
using Kola.Machines.Qemu.Serial;

namespace Kola.Scenarios.Model;

/// <summary>Faults that a scenario can allow. Otherwise each ends the attempt at once.</summary>
public static class AllowableFaults
{
    /// <summary>
    /// What Kola knows of any guest's console, the name that image catalogs give to a guest's own message that its initrd failed, a reboot that no step asked for, and a reset by the watchdog.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [.. ConsolePatterns.Fatal.Select(pattern => pattern.Name).Distinct(), "initrd-failure", MachineFault.UnaskedReboot, MachineFault.WatchdogReset];
}
