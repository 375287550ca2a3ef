using Kola.Machines;
using Kola.Scenarios.Model;

namespace Kola.Scenarios.Snapshots;

/// <summary>Whether a scenario's machines boot, or may go on from a template: a system that booted, was provisioned and became ready earlier, in the same way.</summary>
internal static class ColdReason
{
    /// <summary>Why they boot; <see langword="null"/> when a template may stand in.</summary>
    /// <param name="allCold">Whether the run boots everything (<c>--cold</c>).</param>
    public static string? Of(ScenarioCase scenario, bool allCold, IEnumerable<MachineSpec> specs) =>
        allCold ? "the run says so (--cold)"
        : scenario.Boot is BootPath.Cold ? "the scenario says boot: cold"
        // What may go wrong in the boot is what it is about.
        : scenario.AllowedFaults.Count > 0 ? "the scenario allows console faults"
        : scenario.Machines.FirstOrDefault(machine => !machine.Start) is { } off ? $"{off.Name} is not started before the first step"
        : scenario.Machines.FirstOrDefault(machine => !machine.Ready.Wait) is { } unready ? $"{unready.Name} is not waited for"
        : specs.Select(spec => Machine.WhyNotSavable(spec) is { } why ? $"{spec.Name}: {why}" : null).FirstOrDefault(why => why is not null);
}
