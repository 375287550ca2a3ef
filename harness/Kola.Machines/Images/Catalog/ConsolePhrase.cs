using System.Text.RegularExpressions;
using Kola.Yaml.Values;

namespace Kola.Machines.Images.Catalog;

/// <summary>A console line about releases: a regular expression with the places <c>{release}</c>, <c>{from}</c> and <c>{to}</c>, which stand for versions.</summary>
/// <example><c>'my-os: release {release} failed; running {to}'</c></example>
public sealed partial record ConsolePhrase(string Text) : IWritten<ConsolePhrase>
{
    private const string AnyVersion = @"\S+";

    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a regular expression, in which {release}, {from} and {to} stand for versions", Pattern: null);

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}")]
    private static partial Regex Place { get; }

    /// <summary>The expression for these versions, which are taken literally; a version that is not given may be any.</summary>
    public Regex ToRegex(string? release = null, string? from = null, string? to = null) => new LinearPattern(Place.Replace(Text, place =>
    {
        var version = place.Groups["name"].Value switch { "release" => release, "from" => from, _ => to };
        // A line that ends with release 2 does not speak of release 22 or 2.1. What follows elsewhere is the pattern's own.
        var end = place.Index + place.Length == Text.Length ? @"(?:[\s\x1b]|$)" : "";
        return version is null ? AnyVersion : Regex.Escape(version) + end;
    })).ToRegex();

    public static bool TryParse(string text, out ConsolePhrase value)
    {
        value = new(text);
        return text.Length > 0 && Explain(text) is null;
    }

    /// <inheritdoc/>
    public static string? Explain(string text) =>
        Place.Matches(text).Select(place => place.Groups["name"].Value).FirstOrDefault(name => name is not ("release" or "from" or "to")) is { } unknown
            ? $"'{{{unknown}}}' stands for nothing; expected {{release}}, {{from}} or {{to}}"
            : LinearPattern.Explain(text);

    public override string ToString() => Text;
}
