using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Lets the machine update itself from a server, without a reboot, and judges what is installed then.</summary>
[Keyword("update", Value = nameof(To)), Description("Let the machine look for an update and install it, without a reboot.")]
public sealed record UpdateStep : Step
{
    [Description("Release that the other slot must hold afterwards, ready to be booted. With 'refused': the one that must not; with 'up-to-date': the one that runs."), Example("\"2\"")]
    public required string To { get; init; }

    [Description("Server that the update comes from. Needed only where the scenario has several.")]
    public string? From { get; init; }

    [Description("What the update tool must say when it refuses. It must fail, and leave what is installed as it was.")]
    public Pattern? Refused { get; init; }

    [Description("Whether there is nothing to install: the update tool must succeed and leave what is installed as it was.")]
    public bool UpToDate { get; init; }

    [Description("true: start it and go on with the next step; 'wait-for: {update: …}' judges it.")]
    public bool Background { get; init; }

    private protected override string Describe() =>
        UpToDate ? $"nothing newer than {To}" : Refused is { } refused ? Shorten($"to {To} refused, /{refused}/") : $"to {To}{(Background ? " in the background" : "")}";
}
