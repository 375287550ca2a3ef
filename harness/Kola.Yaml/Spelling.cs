namespace Kola.Yaml;

/// <summary>What a person may have meant.</summary>
public static class Spelling
{
    /// <summary><c>; did you mean 'x'?</c>, or nothing when no candidate is near.</summary>
    public static string Hint(string text, IEnumerable<string> candidates) =>
        Nearest(text, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>The candidate with the fewest changes, at most a third of its letters.</summary>
    public static string? Nearest(string text, IEnumerable<string> candidates) =>
        candidates
            .Where(candidate => candidate.Length <= 100 && text.Length <= 100)
            .Select(candidate => (candidate, distance: Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant())))
            // What shares no letter with it is not meant.
            .Where(pair => pair.distance < pair.candidate.Length && pair.distance <= Math.Max(1, Math.Max(pair.candidate.Length, text.Length) / 3))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1][];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i] = new int[b.Length + 1];
            rows[i][0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                if (i == 0)
                {
                    rows[0][j] = j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i][j] = Math.Min(Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i][j] = Math.Min(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }

        return rows[a.Length][b.Length];
    }
}
