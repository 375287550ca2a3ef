using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Shuts the machine down by its power button (ACPI). Its disks stay.</summary>
[Keyword("power-off", Value = nameof(On), ValueOptional = true), Description("Shut the machine down in order, as its power button would.")]
public sealed record PowerOffStep : Step, IMachineStep
{
    private protected override string Describe() => string.Join(", ", On);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOffAsync(cancellation);
        return null;
    }
}
