using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>Tries fatal patterns on each line, in order; the first that matches names the line.</summary>
internal sealed class ConsoleFaultWatch(IEnumerable<ConsolePattern> patterns)
{
    /// <summary>In characters: how much of a broken line is looked at again with its continuation. The kernel may write behind a program's unfinished line.</summary>
    private const int Carried = 1024;
    private readonly List<ConsolePattern> patterns = [.. patterns];
    private readonly List<ConsoleFaultSeen> seen = [];
    private string carried = "";

    public void Look(ConsoleLine line)
    {
        var text = carried + line.Text;
        foreach (var pattern in patterns.ToArray())
        {
            if (Matches(pattern, text, line) is not { } found)
                continue;
            if (found)
                seen.Add(new(pattern.Name, line.Text.Trim(), line.Position, pattern.HostWhenEmulated, pattern.HostWhenStarved));
            break;
        }

        carried = !line.Broken ? "" : line.Text.Length <= Carried ? line.Text : line.Text[^Carried..];
    }

    /// <summary>What was seen since the last call.</summary>
    public ConsoleFaultSeen[] Take()
    {
        ConsoleFaultSeen[] all = [.. seen];
        seen.Clear();
        return all;
    }

    /// <summary>Whether the pattern matches; <see langword="null"/>: it does not, and others are tried. A match that lies in the carried text alone was told before.</summary>
    private bool? Matches(ConsolePattern pattern, string text, ConsoleLine line)
    {
        try
        {
            for (var match = pattern.Pattern.Match(text); match.Success; match = match.NextMatch())
                if (match.Index + match.Length > carried.Length || carried.Length == 0)
                    return true;
            return null;
        }
        catch (RegexMatchTimeoutException)
        {
            // It is told once, as a fault of its own name, and not tried again: the guest would stand still meanwhile.
            patterns.Remove(pattern);
            seen.Add(new(pattern.Name, SlowPatternException.Tell(pattern.Pattern, $"the line '{Shortened(line.Text)}'"), line.Position));
            return false;
        }
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
