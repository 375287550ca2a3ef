using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Waits until a condition holds.</summary>
[Keyword("wait-for", Value = nameof(Condition)), Description("Wait until a condition holds.")]
public sealed record WaitForStep : Step, IMachineStep
{
    [Description("The condition.")]
    public required WaitCondition Condition { get; init; }

    private protected override string Describe() => Condition.Title;

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation) => await Condition.AwaitAsync(context, cancellation);
}
