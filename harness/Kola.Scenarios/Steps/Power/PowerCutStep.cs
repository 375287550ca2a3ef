using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Takes the power away at once: nothing is flushed. The machine stays off; its disks stay as they were written.</summary>
[Keyword("power-cut", Value = nameof(On), ValueOptional = true), Description("Take the power away at once; the machine stays off.")]
public sealed record PowerCutStep : Step, IMachineStep
{
    [Description("The moment to wait for. Default: now.")]
    public Moment? When { get; init; }

    internal override IEnumerable<ServedFile> NeededFiles => When?.NeededFiles ?? [];

    private protected override string Describe() => string.Join(", ", [.. On, .. When is null ? Array.Empty<string>() : [When.Title]]);

    internal override void Check(StepChecks checks) => When?.Check(this, checks);

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var seen = When is { } moment ? await moment.AwaitAsync(this, context, cancellation) : null;
        await context.Live.PowerCutAsync(cancellation);
        return seen;
    }
}
