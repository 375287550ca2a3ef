using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>Breaks what is installed on the boot disk of a machine that is off. The image stays as it is.</summary>
[Keyword("damage", Value = nameof(What)), Description("Break what is installed on the boot disk of a machine that is off.")]
public sealed record DamageStep : Step
{
    [Description("What to break."), Example("{ data: B }")]
    public required Damage What { get; init; }

    private protected override string Describe() => What.Title;
}
