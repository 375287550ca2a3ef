using System.ComponentModel;
using System.Text.RegularExpressions;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model.Values;

/// <summary>What a text must be. All that is given must hold.</summary>
[NotEmpty]
public sealed record TextExpectation
{
    private const int ShownLength = 400;

    /// <summary>Why a text that was not kept whole is not judged.</summary>
    public const string TooLong = "more than 16 MiB are too long to judge; let the command filter or shorten it";

    [Description("The whole text, white space at both ends left out."), Key("equals"), Shorthand, Example("active")]
    public string? EqualTo { get; init; }

    [Description("Text that must occur; a list where several must.")]
    public IReadOnlyList<string> Contains { get; init; } = [];

    [Description("Text that must not occur; a list where none of several may.")]
    public IReadOnlyList<string> Lacks { get; init; } = [];

    [Description("A .NET regular expression that must match somewhere; ^ and $ match at lines."), Example("'^PRETTY_NAME=.+'")]
    public Pattern? Matches { get; init; }

    /// <summary>Why the text is not what is expected, or <see langword="null"/> when it is.</summary>
    public string? Check(string text)
    {
        if (EqualTo is not null && text.Trim() != EqualTo.Trim())
            return $"expected '{EqualTo.Trim()}', got {Shown(text)}";
        foreach (var part in Contains)
            if (!text.Contains(part, StringComparison.Ordinal))
                return $"expected text that contains '{part}', got {Shown(text)}";
        foreach (var part in Lacks)
            if (text.Contains(part, StringComparison.Ordinal))
                return $"expected text without '{part}', got {Shown(text)}";
        return Matches is null ? null : CheckPattern(Matches, text);
    }

    private static string? CheckPattern(Pattern pattern, string text)
    {
        try
        {
            return pattern.ToRegex().IsMatch(text) ? null : $"expected a match of /{pattern}/, got {Shown(text)}";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"the expression /{pattern}/ did not finish within {Pattern.MatchBound.TotalSeconds:0} s on {text.Length} characters; write one that backtracks less";
        }
    }

    private static string Shown(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length == 0 ? "nothing"
            : trimmed.Length <= ShownLength ? $"'{trimmed}'"
            : $"'{trimmed[..ShownLength]}…' ({text.Length} characters)";
    }
}
