namespace Kola.Scenarios.Steps;

/// <summary>The part of an output that is shown to people.</summary>
internal static class Excerpt
{
    public static string Tail(string text)
    {
        const int length = 1200;
        var trimmed = text.Trim();
        return trimmed.Length <= length ? trimmed : $"…{trimmed[^length..]}";
    }

    public static string FirstLine(string text)
    {
        const int length = 120;
        var line = text.Trim().Split('\n')[0];
        return line.Length <= length ? line : $"{line[..length]}…";
    }

    public static string LastLine(string text) => text.Split('\n')[^1].Trim();
}
