using System.Text.RegularExpressions;
using Kola.Yaml.Values;

namespace Kola.Machines.Images.Catalog;

/// <summary>A regular expression for lines of a console of any length: it is matched in linear time.</summary>
public sealed partial record LinearPattern(string Text) : IWritten<LinearPattern>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a regular expression without look-around and back-references", Pattern: null);

    /// <exception cref="ArgumentException">The text is not an expression; files are checked when they are loaded.</exception>
    /// <exception cref="NotSupportedException">It looks around or back.</exception>
    public Regex ToRegex() => new(Text, RegexOptions.NonBacktracking);

    /// <summary>Whether the expression has a group of this name.</summary>
    public bool HasGroup(string name) => new Regex(Text).GetGroupNames().Contains(name);

    public static bool TryParse(string text, out LinearPattern value)
    {
        value = new(text);
        return text.Length > 0 && Explain(text) is null;
    }

    /// <inheritdoc/>
    public static string? Explain(string text)
    {
        try
        {
            _ = MayNotBeLinear().IsMatch(text) ? new LinearPattern(text).ToRegex() : new Regex(text);
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return $"'{text}' is not a valid regular expression ({failure.Message}); expected one without look-around and back-references";
        }
    }

    public override string ToString() => Text;

    /// <summary>
    /// What an expression must have to be refused by the engine of linear time alone: a special group, a reference or anchor, a counted loop (which may
    /// be too long). To ask that engine costs a fifth of Kola's start, so it is asked only then.
    /// </summary>
    [GeneratedRegex(@"\(\?(?!<\w+>|:)|\\[1-9kG]|\{[0-9]")]
    private static partial Regex MayNotBeLinear();
}
