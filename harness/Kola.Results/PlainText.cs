using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Results;

/// <summary>Text of guests, made fit for a report: they may say anything, and a report must show it without obeying it.</summary>
public static partial class PlainText
{
    /// <summary>What stands for a character that no report can hold.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Without a terminal's control sequences (ECMA-48); line ends are <c>\n</c>; what is no text (other control characters, lone surrogates, noncharacters, marks that
    /// turn the direction of writing) is U+FFFD.
    /// </summary>
    public static string Of(string text)
    {
        var plain = LineEnds.Replace(Escapes.Replace(text, ""), "\n");
        var clean = new StringBuilder(plain.Length);
        foreach (var rune in plain.EnumerateRunes())
            clean.Append(IsText(rune) ? rune : new Rune(Replacement));
        return clean.ToString();
    }

    /// <summary>As <see cref="Of(string)"/>, with at most so many characters: of a longer text its beginning and its end, and how much is missing between them.</summary>
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
            return Of(text);
        var tail = most / 3;
        return $"{Of(text[..(most - tail)])}\n… {(text.Length - most).ToString(CultureInfo.InvariantCulture)} characters left out …\n{Of(text[^tail..])}";
    }

    /// <summary>One line of at most so many characters: for names and titles.</summary>
    public static string Line(string text, int most = 500)
    {
        var line = Of(text.Length > most ? text[..most] : text).Replace('\n', ' ').Trim();
        return text.Length > most ? $"{line}…" : line;
    }

    private static bool IsText(Rune rune) => rune.Value is '\n' or '\t' || (Rune.GetUnicodeCategory(rune), rune.Value) switch
    {
        (UnicodeCategory.Control, _) => false,
        (_, >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x2028 or 0x2029) => false,
        (_, >= 0xFDD0 and <= 0xFDEF) => false,
        (_, var value) => (value & 0xFFFE) != 0xFFFE,
    };

    /// <summary>Strings for the terminal are short and end; a sequence without an end hides nothing of what follows.</summary>
    [GeneratedRegex(@"\x1b\][^\x07\x1b\n]{0,256}(?:\x07|\x1b\\)|\x1b[P^_X][^\x1b\n]{0,256}\x1b\\|\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b[ -/]{0,8}[0-~]")]
    private static partial Regex Escapes { get; }

    [GeneratedRegex(@"\r+\n?")]
    private static partial Regex LineEnds { get; }
}
