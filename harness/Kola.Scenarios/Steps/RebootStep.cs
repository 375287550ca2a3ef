using System.ComponentModel;
using Kola.Scenarios.Model.Binding;

namespace Kola.Scenarios.Steps;

/// <summary>Restarts the machine and waits until it is ready again with another boot id.</summary>
[Keyword("reboot", Value = nameof(How)), Description("Restart the machine and wait until it is ready again.")]
public sealed record RebootStep : Step
{
    [Description("soft: the guest's own reboot; hard: a reset, without warning.")]
    public required RebootKind How { get; init; }

    private protected override string Describe() => How == RebootKind.Soft ? "soft" : "hard";
}

public enum RebootKind { Soft, Hard }
