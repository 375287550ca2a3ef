using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Servers.Payloads;

namespace Kola.Scenarios.Model.Values;

/// <summary>A place in a file as files write it: <c>50%</c>, <c>4MiB</c>, or <c>random</c>.</summary>
public static partial class ExtentForm
{
    /// <summary>The form, as JSON Schema understands it.</summary>
    public const string Pattern = @"^([0-9]{1,3}(\.[0-9]{1,3})?%|[0-9]{1,12} ?(B|[kK]B|KiB|MB|MiB|GB|GiB|TB|TiB)|random)$";

    public static bool TryParse(string text, out Extent extent)
    {
        extent = Extent.Anywhere;
        if (text == "random")
            return true;
        if (Size.TryParse(text, null, out var size))
        {
            extent = Extent.OfBytes(size.Bytes);
            return true;
        }

        if (Percent().Match(text) is not { Success: true } match || double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var percent && percent > 100)
            return false;
        extent = Extent.OfPercent(percent);
        return true;
    }

    [GeneratedRegex(@"^([0-9]{1,3}(?:\.[0-9]{1,3})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Percent();
}
