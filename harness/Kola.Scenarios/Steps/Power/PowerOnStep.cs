using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Powers the machine on and waits until it is ready (unless its <c>ready</c> is false).</summary>
[Keyword("power-on", Value = nameof(On), ValueOptional = true), Description("Power the machine on and wait until it is ready.")]
public sealed record PowerOnStep : Step, IMachineStep
{
    [Description("false: continue at once, without waiting for the machine. Default: wait as the machine's 'ready' says.")]
    public bool Wait { get; init; } = true;

    private protected override string Describe() => string.Join(", ", On);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOnAsync(cancellation, Wait);
        return context.Live.IsReady ? $"boot {context.Live.Boots.Count}" : null;
    }
}
