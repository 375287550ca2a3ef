using System.Text;

namespace Kola.Machines.Offline.Differences;

/// <summary>Which lines of a text went and which came.</summary>
internal static class TextLines
{
    private const int Most = 8, Widest = 160;
    private const long Longest = 256 << 10;

    /// <param name="before">A file; <see langword="null"/>: there was none.</param>
    /// <param name="now">A file; <see langword="null"/>: there is none.</param>
    /// <returns>Lines with <c>-</c> or <c>+</c> in front, not many; none where either is no text.</returns>
    public static IReadOnlyList<string> Changed(string? before, string? now)
    {
        if (Read(before) is not { } old || Read(now) is not { } young)
            return [];
        string[] changed = [.. Without(old, young).Select(line => $"- {line}"), .. Without(young, old).Select(line => $"+ {line}")];
        return changed.Length <= Most ? changed : [.. changed.Take(Most - 1), $"… {changed.Length - Most + 1} more lines"];
    }

    private static string[]? Read(string? file)
    {
        if (file is null)
            return [];
        if (new FileInfo(file).Length > Longest)
            return null;
        var bytes = File.ReadAllBytes(file);
        return bytes.Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Each line as often as it is there more often.</summary>
    private static IEnumerable<string> Without(string[] lines, string[] others)
    {
        var left = others.CountBy(line => line).ToDictionary();
        foreach (var line in lines)
        {
            if (left.GetValueOrDefault(line) > 0)
                left[line]--;
            else
                yield return line.Length <= Widest ? line : $"{line[..Widest]}…";
        }
    }
}
