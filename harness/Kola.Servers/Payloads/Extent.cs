using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Yaml.Values;

namespace Kola.Servers.Payloads;

/// <summary>A place in a file, or a part of it, counted from its start.</summary>
public readonly partial record struct Extent : IWritten<Extent>
{
    private readonly Unit unit;
    private readonly double value;

    private Extent(Unit unit, double value) => (this.unit, this.value) = (unit, value);

    private enum Unit { Bytes, Percent, Anywhere }

    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a place such as 50%, 4MiB or random", @"^([0-9]{1,3}(\.[0-9]{1,3})?%|[0-9]{1,12} ?(B|[kK]B|KiB|MB|MiB|GB|GiB|TB|TiB)|random)$");

    /// <summary>Any place, by the seed.</summary>
    public static Extent Anywhere { get; } = new(Unit.Anywhere, 0);

    public static Extent OfBytes(long bytes) => new(Unit.Bytes, bytes);

    /// <param name="percent">0 to 100.</param>
    public static Extent OfPercent(double percent) => new(Unit.Percent, percent);

    /// <summary>In bytes, from 0 to <paramref name="length"/>.</summary>
    /// <param name="draw">Where <see cref="Anywhere"/> is: from 0 to below 1.</param>
    public long Resolve(long length, double draw) => unit switch
    {
        Unit.Bytes => Math.Min((long)value, length),
        Unit.Percent => (long)(length * value / 100),
        _ => (long)(length * draw),
    };

    public static bool TryParse(string text, out Extent value)
    {
        value = Anywhere;
        if (text == "random")
            return true;
        if (Size.TryParse(text, out var size))
        {
            value = OfBytes(size.Bytes);
            return true;
        }

        if (Percentage().Match(text) is not { Success: true } match || double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var percent && percent > 100)
            return false;
        value = OfPercent(percent);
        return true;
    }

    public override string ToString() => unit switch
    {
        Unit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{value} bytes"),
        Unit.Percent => string.Create(CultureInfo.InvariantCulture, $"{value}%"),
        _ => "random",
    };

    [GeneratedRegex(@"^([0-9]{1,3}(?:\.[0-9]{1,3})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Percentage();
}
