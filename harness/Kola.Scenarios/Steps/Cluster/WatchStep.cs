using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Watches machines that make up a cluster, beside all steps that follow. Again with the same name: by other rules.</summary>
[Keyword("watch", Value = nameof(Watch)), SeveralMachines]
[Description("From now on to the end, watch machines that make up a cluster: how many are down at once, that its service goes on, that nobody reboots without a slot, that none runs a release that was not served. They may reboot by themselves. Again with the same name: by other rules.")]
public sealed record WatchStep : Step
{
    [Description("Name of the watch."), Format("^[a-z][a-z0-9-]{0,31}$", "a watch's name of lower-case letters, digits and dashes"), Example("cluster")]
    public required string Watch { get; init; }

    [Description("How many machines may be down at once. One is down from its reset or power-off until its boot is complete."), Range(0, 15)]
    public required int AtMostDown { get; init; }

    [Description("That the cluster's service goes on: a write that is tried again and again, on one machine after the other.")]
    public WatchedWrites? Writes { get; init; }

    [Description("That machines reboot by themselves only with a FleetLock slot, that no more hold one at once than may be down, and that none keeps one while it is down.")]
    public WatchedLock? Lock { get; init; }

    private protected override string Describe() =>
        $"{Watch}, at most {AtMostDown} down{(Writes is { } writes ? $", a write every {writes.Within.TotalSeconds:0} s" : "")}{(Lock is null ? "" : ", no reboot without a slot")}";
}

/// <summary>A service's writes.</summary>
public sealed record WatchedWrites
{
    [Description("Command for the login user's shell that prints the value as it was and then writes $KOLA_WRITE; it fails when it could not write. A value that was written must not be lost.")]
    [Format(@"\S", "a command")]
    public required string Command { get; init; }

    [Description("The longest time without a write that succeeds, for KVM; longer under emulation."), Example("5s"), AtMost("24h")]
    public required TimeSpan Within { get; init; }
}

/// <summary>The slots by which machines reboot.</summary>
public sealed record WatchedLock
{
    [Description("Command for the login user's shell that prints the id by which the machine asks for a slot.")]
    [Format(@"\S", "a command")]
    public required string Id { get; init; }

    [Description("FleetLock server. Needed only where the scenario has several.")]
    public string? Server { get; init; }

    [Description("Group whose slots count: one of another group lets nobody reboot. Default: all groups of the server."), Example("default")]
    public string? Group { get; init; }

    [Description("The longest time that a machine which is down may hold a slot, for KVM; longer under emulation. Default: as long as it likes."), Example("1m"), AtMost("24h")]
    public TimeSpan? HeldDown { get; init; }
}
