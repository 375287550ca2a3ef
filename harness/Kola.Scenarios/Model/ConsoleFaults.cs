namespace Kola.Scenarios.Model;

/// <summary>Console faults that a scenario can allow. Otherwise each ends the attempt at once.</summary>
public static class ConsoleFaults
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "kernel-panic", "kernel-oops", "emergency-shell", "oom-kill", "ordering-cycle", "ignition-failure", "verity-corruption", "initrd-failure",
    ];
}
