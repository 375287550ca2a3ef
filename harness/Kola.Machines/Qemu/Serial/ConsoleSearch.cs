using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>Looks for an expression in any amount of text, window by window.</summary>
/// <remarks>
/// A window begins at a line, and begins again with the last <see cref="Overlap"/> characters or more of the one before: a match over several lines is found
/// where it is not longer than that. Lines that were broken because of their length are whole again here.
/// </remarks>
internal static class ConsoleSearch
{
    /// <summary>In characters.</summary>
    public const int Overlap = 64 * 1024;
    private const int Window = 4 * Overlap;

    /// <summary>The first match; <see langword="null"/>: the text has none.</summary>
    /// <exception cref="SlowPatternException">The expression took longer than its own bound.</exception>
    public static string? First(Regex pattern, IEnumerable<ConsoleLine> lines, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.Text);
            if (!line.Broken)
                text.Append('\n');
            if (text.Length < Window)
                continue;
            cancellation.ThrowIfCancellationRequested();
            if (Match(pattern, text) is { } found)
                return found;
            text.Remove(0, StartOfOverlap(text));
        }

        return Match(pattern, text);
    }

    private static string? Match(Regex pattern, StringBuilder text)
    {
        var window = text.ToString();
        try
        {
            return pattern.Match(window) is { Success: true } match ? match.Value : null;
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new SlowPatternException(pattern, $"{window.Length} characters of the console", e);
        }
    }

    /// <summary>The start of the last line that leaves the overlap; a line that is longer than the overlap is cut.</summary>
    private static int StartOfOverlap(StringBuilder text)
    {
        var latest = text.Length - Overlap;
        for (var at = latest; at > latest - Overlap; at--)
            if (text[at - 1] == '\n')
                return at;
        return latest;
    }
}
