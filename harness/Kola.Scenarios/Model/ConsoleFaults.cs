using Kola.Machines.Qemu.Serial;

namespace Kola.Scenarios.Model;

/// <summary>Console faults that a scenario can allow. Otherwise each ends the attempt at once.</summary>
public static class ConsoleFaults
{
    /// <summary>What Kola knows of any guest, and the name that image catalogs give to a guest's own message that its initrd failed.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ConsolePatterns.Fatal.Select(pattern => pattern.Name), "initrd-failure"];
}
