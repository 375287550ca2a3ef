using System.Globalization;

namespace Kola.Machines.Offline.Differences;

/// <summary>One thing on a disk that is not as it was.</summary>
/// <param name="Partition">Its number; <see langword="null"/>: it is outside all partitions.</param>
/// <param name="Label">The partition's label before; empty where it has none, or shares it.</param>
/// <param name="Thing">An absolute path, or <c>partition, label, id, type, attributes, place, content</c> of the partition itself.</param>
/// <param name="Sentence">What is different, for people.</param>
/// <param name="Lines">Of a text, the lines that went (<c>-</c>) and came (<c>+</c>); may be empty.</param>
public sealed record DiskDifference(int? Partition, string Label, string Thing, string Sentence, IReadOnlyList<string> Lines)
{
    /// <summary>Where it is, such as <c>root:/etc/hosts</c>, as allowances write it.</summary>
    public string Place => $"{(Partition is null ? "disk" : Label.Length > 0 ? Label : Numbered)}:{Thing}";

    /// <summary>The same by the partition's number, such as <c>p3:/etc/hosts</c>.</summary>
    public string NumberedPlace => Partition is null ? Place : $"{Numbered}:{Thing}";

    private string Numbered => string.Create(CultureInfo.InvariantCulture, $"p{Partition}");

    public override string ToString() => string.Join('\n', [$"{Place} {Sentence}", .. Lines.Select(line => $"    {line}")]);
}
