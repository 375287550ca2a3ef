using System.Text.RegularExpressions;
using Kola.Yaml.Values;

namespace Kola.Machines.Images.Catalog;

/// <summary>A regular expression for lines of a console of any length: it is matched in linear time.</summary>
public sealed record LinearPattern(string Text) : IWritten<LinearPattern>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a regular expression without look-around and back-references", Pattern: null);

    /// <exception cref="ArgumentException">The text is not an expression; files are checked when they are loaded.</exception>
    /// <exception cref="NotSupportedException">It looks around or back.</exception>
    public Regex ToRegex() => new(Text, RegexOptions.NonBacktracking);

    /// <summary>Whether the expression has a group of this name.</summary>
    public bool HasGroup(string name) => ToRegex().GetGroupNames().Contains(name);

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
            _ = new LinearPattern(text).ToRegex();
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return $"'{text}' is not a valid regular expression ({failure.Message}); expected one without look-around and back-references";
        }
    }

    public override string ToString() => Text;
}
