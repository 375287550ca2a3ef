using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Machines.Snapshots;

/// <summary>How much room snapshots may take.</summary>
internal static partial class SnapshotLimit
{
    public const string Variable = "KOLA_CACHE_LIMIT";

    /// <summary>Some thirty machines of the size that scenarios use.</summary>
    private const long Default = 20L << 30;

    /// <exception cref="InputException">It is not a valid size.</exception>
    public static long Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Default;
        var size = Size().Match(text);
        return size.Success && long.TryParse(size.Groups["count"].ValueSpan, CultureInfo.InvariantCulture, out var count)
            ? count << (size.Groups["unit"].Value switch { "MiB" => 20, "GiB" => 30, _ => 40 })
            : throw new InputException($"{Variable}={text}: expected a size such as 20GiB");
    }

    [GeneratedRegex("^(?<count>[0-9]{1,6})(?<unit>MiB|GiB|TiB)\\z")]
    private static partial Regex Size();
}
