namespace Kola.Machines.Images.Releases;

/// <summary>Orders versions as people read them: digits by their value, so that 10 comes after 9 and 1.10 after 1.9.</summary>
public sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            var left = Part(a);
            var right = Part(b);
            var order = char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0])
                ? Numbers(a[..left], b[..right])
                : a[..left].SequenceCompareTo(b[..right]);
            if (order != 0)
                return order;
            a = a[left..];
            b = b[right..];
        }
        return a.Length.CompareTo(b.Length);
    }

    /// <summary>The length of the run of digits, or of other characters, that the text starts with.</summary>
    private static int Part(ReadOnlySpan<char> text)
    {
        var digits = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]) == digits)
            length++;
        return length;
    }

    private static int Numbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}
