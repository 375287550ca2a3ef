using Kola.Scenarios.Steps.Cluster;
using Kola.Scenarios.Steps.Update;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Tells what is wrong among the steps that are about FleetLock servers.</summary>
internal static class LockSteps
{
    /// <param name="parent">What the scenario goes on from.</param>
    public static void Check(IReadOnlyList<Step> steps, ScenarioCase? parent, BindingContext context)
    {
        HashSet<string> known = [.. parent?.Locks.Keys ?? []];
        HashSet<string> serving = [.. parent?.Servers ?? [], .. steps.OfType<ServeStep>().Select(step => step.Server)];
        foreach (var step in steps.OfType<FleetLockStep>())
        {
            if (serving.Contains(step.Server))
                context.Report(step.Location, $"'{step.Server}' is a server that serves a release; expected another name");
            if (!known.Add(step.Server) && step.Groups is not null)
                context.Report(step.Location, $"the groups of '{step.Server}' are there already; expected 'groups' only where it is named first");
        }
    }
}
