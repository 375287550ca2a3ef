using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Yaml.Values;

/// <summary>A part of a whole as files write it: <c>5%</c>, <c>0.1%</c>.</summary>
/// <param name="Value">From 0 to 1.</param>
public readonly partial record struct Share(double Value) : IWritten<Share>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("a share such as 5% or 0.1%", @"^[0-9]{1,3}(\.[0-9]{1,3})?%$");

    /// <summary>Whether the text is from 0% to 100%.</summary>
    public static bool TryParse(string text, out Share value)
    {
        value = default;
        if (Percent().Match(text) is not { Success: true } match)
            return false;
        var percent = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        value = new(percent / 100);
        return percent <= 100;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.###}%");

    [GeneratedRegex(@"^([0-9]{1,3}(?:\.[0-9]{1,3})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Percent();
}
