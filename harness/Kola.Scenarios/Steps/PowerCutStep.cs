using System.ComponentModel;
using Kola.Scenarios.Model.Binding;

namespace Kola.Scenarios.Steps;

/// <summary>Takes the power away at once: nothing is flushed. The machine stays off; its disks stay as they were written.</summary>
[Keyword("power-cut", Value = nameof(On), ValueOptional = true), Description("Take the power away at once; the machine stays off.")]
public sealed record PowerCutStep : Step
{
    private protected override string Describe() => string.Join(", ", On);
}
