using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Keeps all machines as they are after the steps before: memory, disks, firmware variables. Other scenarios go on from there.</summary>
[Keyword("checkpoint", Value = nameof(Label)), Machineless, Description("Keep all machines as they are now, for scenarios that go on 'from' here.")]
public sealed record CheckpointStep : Step
{
    [Description("Name, unique within the scenario."), Format("^[a-z][a-z0-9-]*$", "a name of lower-case letters, digits and dashes"), Example("canary-written")]
    public required string Label { get; init; }

    private protected override string Describe() => Label;
}
