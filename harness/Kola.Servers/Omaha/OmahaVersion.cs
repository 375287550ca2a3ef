using System.Globalization;

namespace Kola.Servers.Omaha;

/// <summary>Orders versions as Nebraska does: by semantic versioning, in which what follows a plus sign does not count and <c>1.0-beta</c> comes before <c>1.0</c>.</summary>
internal static class OmahaVersion
{
    /// <summary>Whether a machine of version <paramref name="running"/> is behind. Versions that are no numbers are only told apart.</summary>
    public static bool IsBehind(string running, string offered) =>
        Parse(running) is var (one, early) && Parse(offered) is var (other, otherEarly)
            ? Compare(one, other) is not 0 and var order ? order < 0 : early is not null && (otherEarly is null || string.CompareOrdinal(early, otherEarly) < 0)
            : running != offered;

    private static (long[] Numbers, string? Early)? Parse(string version)
    {
        var core = version.Split('+', 2)[0].Split('-', 2);
        var numbers = new List<long>();
        foreach (var part in core[0].Split('.'))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            numbers.Add(number);
        }

        return ([.. numbers], core.ElementAtOrDefault(1));
    }

    private static int Compare(long[] one, long[] other)
    {
        for (var place = 0; place < Math.Max(one.Length, other.Length); place++)
            if (one.ElementAtOrDefault(place).CompareTo(other.ElementAtOrDefault(place)) is not 0 and var order)
                return order;
        return 0;
    }
}
