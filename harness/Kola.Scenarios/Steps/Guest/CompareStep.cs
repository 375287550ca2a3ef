using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Runs a command on several machines and compares what they print. One step over all its machines, not one for each.</summary>
[Keyword("compare", Value = nameof(Command)), Description("Run a command on several machines and compare what they print."), SeveralMachines]
public sealed record CompareStep : Step
{
    [Description("Command for the login user's shell; it must succeed and print something."), Format(@"\S", "a command"), Example("cat /etc/machine-id")]
    public required string Command { get; init; }

    [Description("equal: all print the same; different: no two print the same. White space at both ends is left out.")]
    public required OutputComparison Outputs { get; init; }

    private protected override string Describe() => Shorten(Command);
}

public enum OutputComparison { Equal, Different }
