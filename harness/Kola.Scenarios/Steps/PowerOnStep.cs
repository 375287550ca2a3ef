using System.ComponentModel;
using Kola.Scenarios.Model.Binding;

namespace Kola.Scenarios.Steps;

/// <summary>Powers the machine on and waits until it is ready.</summary>
[Keyword("power-on", Value = nameof(On), ValueOptional = true), Description("Power the machine on and wait until it is ready.")]
public sealed record PowerOnStep : Step
{
    [Description("false: do not wait for it, as where it is not expected to come up. Default: what the machine says.")]
    public bool? Ready { get; init; }

    private protected override string Describe() => string.Join(", ", On);
}
