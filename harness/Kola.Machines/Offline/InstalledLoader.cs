using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kola.Machines.Offline;

/// <summary>A copy of the boot loader on a boot partition.</summary>
/// <param name="Partition">Where it lies.</param>
/// <param name="Path">Its file on it, absolute.</param>
/// <param name="Version">As it says of itself; <see langword="null"/>: it says none.</param>
public sealed partial record InstalledLoader(Partition Partition, string Path, string? Version)
{
    // The mark that bootctl(1) compares versions by: src/boot/boot.c of systemd, SD_MAGIC, in ASCII.
    [GeneratedRegex(@"#### LoaderInfo: (?<product>\S+) (?<version>(?<first>[0-9]+)[^ ]*) ####")]
    private static partial Regex Mark { get; }

    /// <summary>What a program says of itself.</summary>
    public static string? VersionOf(byte[] program) => Mark.Match(Encoding.Latin1.GetString(program)) is { Success: true } match ? match.Groups["version"].Value : null;

    /// <summary>Makes the program say that it is a version much older than it is. It works as before.</summary>
    /// <returns>The version that it says now; <see langword="null"/>: it says none, and was left as it is.</returns>
    public static string? Age(byte[] program)
    {
        string? version = null;
        foreach (var match in Mark.Matches(Encoding.Latin1.GetString(program)).Cast<Match>())
        {
            var first = match.Groups["first"];
            // As long as it was, so that nothing else of the program moves.
            var old = "1".PadLeft(first.Length, '0');
            Encoding.Latin1.GetBytes(old).CopyTo(program, first.Index);
            version = string.Create(CultureInfo.InvariantCulture, $"{old}{match.Groups["version"].ValueSpan[first.Length..]}");
        }

        return version;
    }

    public override string ToString() => $"loader {Path} {Version ?? "of no version"}";
}
