using Kola.Scenarios.Steps.Cluster;
using Kola.Yaml;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Tells what is wrong among the steps that are about clusters.</summary>
internal static class ClusterSteps
{
    /// <param name="parent">What the scenario goes on from.</param>
    public static void Check(IReadOnlyList<Step> steps, ScenarioCase? parent, BindingContext context)
    {
        List<WatchStep> watches = [];
        OrderedDictionary<string, IReadOnlyDictionary<string, int>> locks = parent is null ? [] : new(parent.Locks);
        foreach (var step in steps)
        {
            switch (step)
            {
                case FleetLockStep fleetLock:
                    locks.TryAdd(fleetLock.Server, fleetLock.SlotsByGroup());
                    break;
                case WatchStep watch:
                    CheckWatch(watch, locks, context);
                    watches.Add(watch);
                    break;
                case RollStep roll:
                    CheckRoll(roll, watches, context);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CheckWatch(WatchStep watch, OrderedDictionary<string, IReadOnlyDictionary<string, int>> locks, BindingContext context)
    {
        if (watch.AtMostDown >= watch.On.Count)
            context.Report(watch.Location, $"{watch.AtMostDown} of {watch.On.Count} machines may be down, so nothing is watched; expected 'at-most-down' below {watch.On.Count}");
        if (watch.Lock is not { } held)
            return;
        if (locks.Count is 0)
            context.Report(watch.Location, "nobody hands out slots before 'watch'; expected a step 'fleet-lock' before it, or no 'lock'");
        else if (held.Server is null && locks.Count > 1)
            context.Report(watch.Location, $"'lock' does not say which server; expected 'server:' with one of {string.Join(", ", locks.Keys)}");
        else if (held.Server is { } name && !locks.ContainsKey(name))
            context.Report(watch.Location, $"no FleetLock server is called '{name}'; expected one of {string.Join(", ", locks.Keys)}{Spelling.Hint(name, locks.Keys)}");
        else if (held.Group is { } group && (held.Server is { } server ? locks[server] : locks.GetAt(0).Value) is var groups && !groups.ContainsKey(group))
            context.Report(watch.Location, $"the FleetLock server has no group '{group}'; expected one of {string.Join(", ", groups.Keys)}{Spelling.Hint(group, groups.Keys)}");
    }

    private static void CheckRoll(RollStep roll, List<WatchStep> watches, BindingContext context)
    {
        var unwatched = roll.On.Where(name => !watches.Any(watch => watch.On.Contains(name))).ToList();
        if (unwatched is not [])
            context.Report(roll.Location, $"{string.Join(", ", unwatched)} would reboot and nobody watches; expected a step 'watch' about them before 'roll'");
        else if (roll.FailsOn is not null && roll.On.Any(name => !watches.Any(watch => watch.Lock is not null && watch.On.Contains(name))))
            context.Report(roll.Location, "whether the others ask and are refused is not known; expected 'lock' at the step 'watch'");
        if (roll is { FailsOn: not null, Wait: false })
            context.Report(roll.Location, "both 'fails-on' and 'wait: false' are given; expected one of them");
        if (roll.FailsOn > roll.On.Count)
            context.Report(roll.Location, $"'fails-on' is {roll.FailsOn} of {roll.On.Count} machines; expected at most so many");
    }
}
