using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Updates several machines, one after the other, which reboot into the release by themselves.</summary>
[Keyword("roll", Value = nameof(To)), SeveralMachines(Least = 1)]
[Description("Let the machines install a release, one after the other, and wait until each has rebooted into it by itself, is ready, and holds no slot. A step 'watch' before it watches them.")]
public sealed record RollStep : Step
{
    [Description("Release that the machines are to run."), Example("\"2\"")]
    public required string To { get; init; }

    [Description("Server that the update comes from. Needed only where the scenario has several.")]
    public string? From { get; init; }

    [Description("false: only install it; the machines reboot when they may.")]
    public bool Wait { get; init; } = true;

    [Description("The release is bad: on so many machines it is tried, and they come back to the old one and keep their slots; the others ask in vain and stay as they are."), Range(1, 16)]
    public int? FailsOn { get; init; }

    private protected override string Describe() => $"to {To}{(FailsOn is { } bad ? $", which fails on {bad}" : Wait ? "" : ", installed only")}";
}
