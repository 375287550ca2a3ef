using System.Globalization;

namespace Kola.Servers.Payloads;

/// <summary>A place in a file, or a part of it, counted from its start.</summary>
public readonly record struct Extent
{
    private readonly Unit unit;
    private readonly double value;

    private Extent(Unit unit, double value) => (this.unit, this.value) = (unit, value);

    private enum Unit { Bytes, Percent, Anywhere }

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

    public override string ToString() => unit switch
    {
        Unit.Bytes => string.Create(CultureInfo.InvariantCulture, $"{value} bytes"),
        Unit.Percent => string.Create(CultureInfo.InvariantCulture, $"{value}%"),
        _ => "random",
    };
}
