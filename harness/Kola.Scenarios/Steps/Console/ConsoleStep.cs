using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Console;

/// <summary>Judges the serial console since the machine was first started.</summary>
[Keyword("console"), Description("Judge what the serial console has shown since the machine was first started."), NotEmpty]
public sealed record ConsoleStep : Step
{
    [Description("Regular expressions that the console shows, waited for within the time-out; one or a list.")]
    public IReadOnlyList<Pattern> Seen { get; init; } = [];

    [Description("Regular expressions that the console must not have shown until now; one or a list.")]
    public IReadOnlyList<Pattern> Never { get; init; } = [];

    private protected override string Describe() =>
        Shorten(string.Join(", ", [.. Seen.Select(p => $"seen /{p}/"), .. Never.Select(p => $"never /{p}/")]));
}
