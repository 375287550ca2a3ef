using System.ComponentModel;
using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Live;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Console;

/// <summary>What an image's own programs report on the console, in words that its catalog entry knows (<c>consoleSays</c>).</summary>
public sealed record Said
{
    [Description("What is reported."), Shorthand, Example("trial-unhealthy")]
    public required ConsoleSaying Line { get; init; }

    [Description("Of this release: a role, or a version. Default: of any."), StandsFor(ReleaseWords.Release)]
    public string? Release { get; init; }

    [Description("From this release: a role, or a version. Default: from any."), StandsFor(ReleaseWords.Release)]
    public string? From { get; init; }

    [Description("To this release: a role, or a version. Default: to any."), StandsFor(ReleaseWords.Release)]
    public string? To { get; init; }

    /// <exception cref="NotProvenException">The image does not say how.</exception>
    internal Regex Words(LiveMachine live) => live.Image.ConsoleSays.TryGetValue(Line, out var phrase)
        ? phrase.ToRegex(Release, From, To)
        : throw new NotProvenException($"image {live.Image.Name} does not say how it reports '{Line.Word()}' on its console; add it under consoleSays in images/catalog.yaml");

    public override string ToString() => string.Join(' ', new[] { Line.Word(), Of("of", Release), Of("from", From), Of("to", To) }.OfType<string>());

    private static string? Of(string word, string? release) => release is null ? null : $"{word} {release}";
}
