namespace Kola.Machines.Images.Releases;

/// <summary>Orders versions as systemd does, by the version format specification UAPI.10 (https://uapi-group.org/specifications/specs/version_format_specification/).</summary>
/// <remarks>
/// <c>~</c> sorts before everything, the end of the text included (a pre-release); <c>-</c> separates a release of the same version, <c>^</c> a patched version, <c>.</c> a
/// sub-version, in this rising order; digits count by their value and are newer than letters; all other characters only separate.
/// </remarks>
public sealed class VersionOrder : IComparer<string>
{
    /// <summary>In the order in which they are looked at: the text that has one at its place is the older one.</summary>
    private const string Separators = "-^.";

    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (true)
        {
            a = SkipOthers(a);
            b = SkipOthers(b);
            if (Older('~', ref a, ref b) is not 0 and var early)
                return early;
            if (a.IsEmpty || b.IsEmpty)
                return a.IsEmpty ? b.IsEmpty ? 0 : -1 : 1;
            foreach (var separator in Separators)
                if (Older(separator, ref a, ref b) is not 0 and var older)
                    return older;
            if (Segment(ref a, ref b) is not 0 and var order)
                return order;
        }
    }

    /// <summary>Whether only one text has the character at its place: that one is older. Where both have it, both are past it.</summary>
    private static int Older(char character, ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var (left, right) = (a.StartsWith([character]), b.StartsWith([character]));
        if (left != right)
            return left ? -1 : 1;
        if (left)
        {
            a = a[1..];
            b = b[1..];
        }

        return 0;
    }

    /// <summary>Compares digits when one of the texts has some here, else letters, and goes past them.</summary>
    private static int Segment(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var digits = StartsWithDigit(a) || StartsWithDigit(b);
        var (left, right) = (Run(a, digits), Run(b, digits));
        var order = digits ? Numbers(a[..left], b[..right]) : Math.Sign(a[..left].SequenceCompareTo(b[..right]));
        a = a[left..];
        b = b[right..];
        return order;
    }

    private static int Numbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        // A number is newer than no number.
        if (a.IsEmpty || b.IsEmpty)
            return b.IsEmpty ? 1 : -1;
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return Math.Sign(a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b));
    }

    private static bool StartsWithDigit(ReadOnlySpan<char> text) => !text.IsEmpty && char.IsAsciiDigit(text[0]);

    private static int Run(ReadOnlySpan<char> text, bool digits)
    {
        var length = 0;
        while (length < text.Length && (digits ? char.IsAsciiDigit(text[length]) : char.IsAsciiLetter(text[length])))
            length++;
        return length;
    }

    private static ReadOnlySpan<char> SkipOthers(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !char.IsAsciiLetterOrDigit(text[start]) && text[start] != '~' && !Separators.Contains(text[start]))
            start++;
        return text[start..];
    }
}
