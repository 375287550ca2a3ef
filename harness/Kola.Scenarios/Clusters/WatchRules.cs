using System.ComponentModel;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Clusters;

/// <summary>What one watch asks of a cluster.</summary>
/// <param name="AtMostDown">How many machines may be down at once.</param>
/// <param name="Writes"><see langword="null"/>: none are tried.</param>
/// <param name="Lock"><see langword="null"/>: machines reboot without a slot.</param>
internal sealed record WatchRules(string Name, int AtMostDown, WatchedWrites? Writes, WatchedLock? Lock);

/// <summary>A service's writes.</summary>
public sealed record WatchedWrites
{
    [Description("Command for the login user's shell that prints the value as it was and then writes $KOLA_WRITE; it fails when it could not write. A value that was written must not be lost.")]
    [Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("The longest time without a write that succeeds, for KVM; longer under emulation."), Example("5s")]
    public required TimeSpan Within { get; init; }
}

/// <summary>The slots by which machines reboot.</summary>
public sealed record WatchedLock
{
    [Description("Command for the login user's shell that prints the id by which the machine asks for a slot. Default: the image's (lockId in images/catalog.yaml).")]
    [Format(@"\S", "a command")]
    public string? Id { get; init; }

    [Description("FleetLock server. Needed only where the scenario has several.")]
    public string? Server { get; init; }

    [Description("Group whose slots count: slots of other groups do not count. Default: all groups of the server."), Example("default")]
    public string? Group { get; init; }

    [Description("The longest time that a machine which is down may hold a slot, for KVM; longer under emulation. Default: as long as it likes."), Example("1m")]
    public TimeSpan? HeldDown { get; init; }

    [Description("The longest time that a machine which has come up again may hold on to the slot that it rebooted with, for KVM; longer under emulation. Default: as long as it likes."), Example("2m")]
    public TimeSpan? HeldUp { get; init; }
}
