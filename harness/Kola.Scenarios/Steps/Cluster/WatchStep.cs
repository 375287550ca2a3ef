using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Model;
using Kola.Yaml;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Watches machines that make up a cluster, beside all steps that follow. Again with the same name: by other rules.</summary>
[Keyword("watch", Value = nameof(Watch))]
[Description("From now on to the end, watch machines that make up a cluster: how many are down at once, that its service keeps working, that no machine reboots without a slot, that none runs a release that was not served. They may reboot on their own. Again with the same name: by other rules.")]
public sealed record WatchStep : Step, ISeveralMachinesStep
{
    [Description("Name of the watch."), Format("^[a-z][a-z0-9-]{0,31}$", "a watch's name of lower-case letters, digits and dashes"), Example("cluster")]
    public required string Watch { get; init; }

    [Description("How many machines may be down at once. One is down from its reset or power-off until its boot is complete."), Range(0, 15)]
    public required int AtMostDown { get; init; }

    [Description("A check that the cluster's service keeps working: a write that is repeated, on one machine after the other.")]
    public WatchedWrites? Writes { get; init; }

    [Description("That machines reboot by themselves only with a FleetLock slot, that no more hold one at once than may be down, and that none keeps one while it is down.")]
    public WatchedLock? Lock { get; init; }

    private protected override string Describe() =>
        $"{Watch}, at most {AtMostDown} down{(Writes is { } writes ? $", a write every {writes.Within.TotalSeconds:0} s" : "")}{(Lock is null ? "" : ", no reboot without a slot")}";

    internal override void Check(StepChecks checks)
    {
        if (AtMostDown >= On.Count)
            checks.Report(this, $"{AtMostDown} of {On.Count} machines may be down, so nothing is watched; expected 'at-most-down' below {On.Count}");
        if (Lock is not { } held)
            return;
        var servers = checks.EverBefore<FleetLockStep>().DistinctBy(step => step.Server).ToDictionary(step => step.Server, step => step.SlotsByGroup());
        if (servers.Count is 0)
            checks.Report(this, "no FleetLock server before 'watch'; expected a step 'fleet-lock' before it, or no 'lock'");
        else if (checks.Choose(this, held.Server, [.. servers.Keys], "FleetLock server", "'lock' does not say which server; expected 'server:'") is { } server
            && held.Group is { } group && servers[server] is var groups && !groups.ContainsKey(group))
            checks.Report(this, $"the FleetLock server has no group '{group}'; expected one of {string.Join(", ", groups.Keys)}{Spelling.Hint(group, groups.Keys)}");
    }

    Task<string?> ISeveralMachinesStep.RunAsync(IReadOnlyList<MachineStepContext> machines, CancellationToken cancellation) =>
        machines[0].Watches.BeginAsync(new(Watch, AtMostDown, Writes, Lock), [.. machines.Select(machine => machine.Live)], machines[0].Bound, cancellation);
}
