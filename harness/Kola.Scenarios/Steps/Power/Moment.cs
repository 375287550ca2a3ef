using System.ComponentModel;
using Kola.Servers.Payloads;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Power;

/// <summary>When something is done to a machine that is at work.</summary>
[ExactlyOneOf("served", "console")]
public sealed record Moment
{
    [Description("So much of the files has been served: a size, a percentage, or random (by the run's seed)."), Example("50%")]
    public Extent? Served { get; init; }

    [Description("Which files are meant: a name, in which * stands for any characters. Default: all of the release."), Example("'*.efi'")]
    public string Of { get; init; } = "*";

    [Description("Server that is meant. Needed only where the scenario has several.")]
    public string? Server { get; init; }

    [Description("The serial console shows this from now on: a .NET regular expression.")]
    public Pattern? Console { get; init; }

    /// <summary>For people, on one short line.</summary>
    [Unwritten]
    public string Title => Console is { } pattern ? $"at /{pattern}/" : $"when {Served} of {Of} is served";
}
