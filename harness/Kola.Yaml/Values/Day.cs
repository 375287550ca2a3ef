namespace Kola.Yaml.Values;

/// <summary>A day as files write it: <c>2026-01-31</c>.</summary>
public static class Day
{
    /// <summary>How it is written.</summary>
    public static WrittenForm Form { get; } = new("a day such as 2026-01-31", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");

    public static bool TryParse(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out day);
}
