using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Yaml.Values;

/// <summary>A number of bytes, written with its unit: <c>1GiB</c>, <c>512MiB</c>, <c>2GB</c>, <c>4096B</c>.</summary>
public readonly partial record struct Size(long Bytes) : IWritten<Size>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a size such as 512MiB, 2GiB or 4GB", "^[0-9]{1,12} ?(B|[kK]B|KiB|MB|MiB|GB|GiB|TB|TiB)$");

    private const long Kibi = 1024;

    /// <summary>Whether the text is a size below 2^63 bytes.</summary>
    public static bool TryParse(string text, out Size value)
    {
        value = default;
        var match = Parts().Match(text);
        if (!match.Success)
            return false;
        var unit = match.Groups[2].Value;
        long factor = unit.Length == 3 ? Kibi : 1000;
        var power = "BKMGT".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal);
        Int128 bytes = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        for (; power > 0; power--)
            bytes *= factor;
        if (bytes > long.MaxValue)
            return false;
        value = new((long)bytes);
        return true;
    }

    /// <summary>The largest unit that leaves no fraction, such as <c>4GiB</c>.</summary>
    public override string ToString()
    {
        var (value, unit) = (Bytes, 0);
        while (unit < 4 && value != 0 && value % Kibi == 0)
            (value, unit) = (value / Kibi, unit + 1);
        return value.ToString(CultureInfo.InvariantCulture) + (unit == 0 ? "B" : "BKMGT"[unit] + "iB");
    }

    [GeneratedRegex("^([0-9]{1,12}) ?(B|[kK]B|KiB|MB|MiB|GB|GiB|TB|TiB)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
