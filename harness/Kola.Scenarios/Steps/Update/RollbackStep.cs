using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Goes back by hand, as an operator does, and waits until that release is ready.</summary>
[Keyword("rollback", Value = nameof(To)), Description("Go back to an installed release by hand: tell the boot loader and reboot.")]
public sealed record RollbackStep : Step
{
    [Description("Release to go back to."), Example("\"1\"")]
    public required string To { get; init; }

    private protected override string Describe() => $"to {To}";
}
