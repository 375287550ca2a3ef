using System.Text.RegularExpressions;

namespace Kola.Scenarios.Model.Values;

/// <summary>A .NET regular expression; <c>^</c> and <c>$</c> match at lines.</summary>
public sealed record Pattern(string Text)
{
    /// <summary>Bound of one match, so that an expression that backtracks without end is a failure and not a hang.</summary>
    public static readonly TimeSpan MatchBound = TimeSpan.FromSeconds(2);

    /// <exception cref="RegexParseException">The text is not an expression; files are checked when they are loaded.</exception>
    public Regex ToRegex() => new(Text, RegexOptions.Multiline | RegexOptions.CultureInvariant, MatchBound);

    public override string ToString() => Text;
}
