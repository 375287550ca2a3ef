using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Machines.Offline;

/// <summary>What a file system's own checker found.</summary>
/// <param name="Replayed">Whether its journal was replayed before, as the next mount does.</param>
/// <param name="Lines">As the checker prints them; none where all is well.</param>
public sealed partial record FileSystemFindings(bool Replayed, IReadOnlyList<string> Lines)
{
    /// <summary>So much of a finding is told.</summary>
    private const int Widest = 120;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number { get; }

    /// <summary>For people: what is there that was not there before. Nobody learns from what a disk came with, such as a boot sector whose backup differs.</summary>
    /// <param name="before">What the checker found before.</param>
    /// <param name="since">When that was: <c>before the update</c>.</param>
    public string Told(FileSystemFindings before, string since)
    {
        var fresh = Fresh(before);
        return (Replayed ? "journal replayed, " : "") + (Lines is [] ? "clean"
            : fresh is [] ? $"as {since}"
            : string.Create(CultureInfo.InvariantCulture, $"{fresh.Length} lines of findings that were not there {since}: {(fresh[0].Length <= Widest ? fresh[0] : $"{fresh[0][..Widest]}…")}"));
    }

    /// <summary>Whether anything is there that was not there before.</summary>
    public bool Adds(FileSystemFindings before) => Fresh(before) is not [];

    private string[] Fresh(FileSystemFindings before)
    {
        var known = before.Lines.Select(Kind).ToHashSet();
        return [.. Lines.Where(line => !known.Contains(Kind(line)))];
    }

    /// <summary>A finding without its numbers: so many free blocks are counted wrong, and another time others.</summary>
    private static string Kind(string line) => Number.Replace(line, "#");
}
