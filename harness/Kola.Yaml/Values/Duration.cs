using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Yaml.Values;

/// <summary>A length of time as files write it: <c>500ms</c>, <c>20s</c>, <c>3m</c>, <c>1h</c>, <c>1m30s</c>.</summary>
public static partial class Duration
{
    /// <summary>How it is written.</summary>
    public static WrittenForm Form { get; } = new("a duration such as 500ms, 20s, 3m or 1h", "^(?=.*[1-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?([0-9]{1,9}ms)?$");

    /// <summary>The longest, in hours: ten times as long, as under emulation, is about what a timer can hold (49 days).</summary>
    public const int MostHours = 100;

    /// <summary>Whether the text is a length of time longer than nothing and no longer than <see cref="MostHours"/>.</summary>
    public static bool TryParse(string text, out TimeSpan duration) => TryRead(text, out duration) && duration <= TimeSpan.FromHours(MostHours);

    /// <summary>Why a text is not one, where more can be said than what was expected.</summary>
    public static string? Explain(string text) =>
        TryRead(text, out var duration) && duration > TimeSpan.FromHours(MostHours) ? $"'{text}' is too long; expected a duration of at most {MostHours}h" : null;

    private static bool TryRead(string text, out TimeSpan duration)
    {
        var match = Parts().Match(text);
        duration = TimeSpan.FromHours(Number(match, 1)) + TimeSpan.FromMinutes(Number(match, 2))
            + TimeSpan.FromSeconds(Number(match, 3)) + TimeSpan.FromMilliseconds(Number(match, 4));
        return match.Success && duration > TimeSpan.Zero;
    }

    private static long Number(Match match, int group) =>
        match.Groups[group].Success ? long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,9})ms)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
