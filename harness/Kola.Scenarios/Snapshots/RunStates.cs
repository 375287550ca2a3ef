using Kola.Machines.Provisioning;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;

namespace Kola.Scenarios.Snapshots;

/// <summary>The saved states as one run uses them.</summary>
/// <param name="reached">Told when a scenario has passed a checkpoint.</param>
internal sealed class RunStates(SavedStore store, StateKeys keys, RunPlan plan, TimeProvider time, Action<string, string> reached)
{
    /// <summary>Those of one attempt.</summary>
    public AttemptStates Attempt(
        ScenarioCase scenario, AttemptLog log, string folder, List<LiveMachine> machines, Func<MachineDefinition, AccessKey, CancellationToken, Task<LiveMachine>> create) =>
        new(store, keys, scenario, plan.Options.Cold, log, folder, time, machines, create) { Reached = label => reached(scenario.Id, label) };
}
