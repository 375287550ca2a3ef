using System.Text.RegularExpressions;

namespace Kola.Yaml.Values;

/// <summary>A .NET regular expression; <c>^</c> and <c>$</c> match at lines.</summary>
public sealed record Pattern(string Text) : IWritten<Pattern>
{
    /// <summary>Bound of one match, so that an expression that backtracks without end is a failure and not a hang.</summary>
    public static readonly TimeSpan MatchBound = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a .NET regular expression", Pattern: null);

    /// <exception cref="RegexParseException">The text is not an expression; files are checked when they are loaded.</exception>
    public Regex ToRegex() => new(Text, RegexOptions.Multiline | RegexOptions.CultureInvariant, MatchBound);

    public static bool TryParse(string text, out Pattern value)
    {
        value = new(text);
        return text.Length > 0 && Explain(text) is null;
    }

    /// <inheritdoc/>
    public static string? Explain(string text)
    {
        try
        {
            _ = new Pattern(text).ToRegex();
            return null;
        }
        catch (RegexParseException e)
        {
            return $"not a regular expression: {e.Message}";
        }
    }

    public override string ToString() => Text;
}
