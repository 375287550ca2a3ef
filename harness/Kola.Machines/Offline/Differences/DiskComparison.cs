using System.Globalization;

namespace Kola.Machines.Offline.Differences;

/// <summary>
/// Compares a disk with what it was: the partition table, what is outside partitions, and each partition, by file where it holds a file system that can be read from outside (ext4, vfat) and by
/// its bytes where it does not. Nothing is written to either.
/// </summary>
/// <param name="before">The disk as it was.</param>
/// <param name="now">The disk of the same machine, which is off.</param>
/// <param name="work">An existing folder with room for two partitions and their files.</param>
internal sealed class DiskComparison(OfflineDisk before, OfflineDisk now, string work)
{
    /// <summary>Where GUID partition tables with 128 entries lie: the first sectors behind the protective MBR, and the last ones (UEFI specification, 5.3).</summary>
    private const long Sector = 512, TableAtStart = 34 * Sector, TableAtEnd = 33 * Sector;

    /// <summary>Bytes of code in the first sector, which BIOS starts (UEFI specification, 5.2.1).</summary>
    private const int BootCode = 440;

    private const int Chunk = 1 << 20;

    /// <summary>All that differs, in the order of the disk.</summary>
    /// <exception cref="GuestException">Either cannot be read.</exception>
    /// <exception cref="HostException">A program is missing, or there is no room.</exception>
    public async Task<IReadOnlyList<DiskDifference>> FindAsync(CancellationToken cancellation)
    {
        var (was, became) = (await PartitionTableReader.ReadAsync(before, cancellation), await PartitionTableReader.ReadAsync(now, cancellation));
        var found = new List<DiskDifference>();
        found.AddRange(await OutsideAsync(was, cancellation));
        foreach (var old in was.Partitions)
        {
            var label = Label(old, was);
            if (became.Partitions.FirstOrDefault(partition => partition.Number == old.Number) is not { } young)
            {
                found.Add(new(old.Number, label, "partition", "is gone", []));
                continue;
            }

            found.AddRange(OfTable(old, young, label));
            if ((old.Offset, old.Length) == (young.Offset, young.Length))
                found.AddRange(await OfContentAsync(old, label, cancellation));
        }

        found.AddRange(became.Partitions.Where(young => was.Partitions.All(old => old.Number != young.Number))
            .Select(young => new DiskDifference(young.Number, Label(young, became), "partition", $"is new, of {young.Length} bytes", [])));
        return found;
    }

    /// <summary>A label that two partitions share names neither.</summary>
    private static string Label(Partition partition, PartitionTable table) => table.Partitions.Count(other => other.Label == partition.Label) == 1 ? partition.Label : "";

    private static IEnumerable<DiskDifference> OfTable(Partition old, Partition young, string label)
    {
        (string Thing, string Was, string Is)[] fields =
        [
            ("type", $"{old.Type}", $"{young.Type}"),
            ("id", $"{old.Id}", $"{young.Id}"),
            ("label", $"'{old.Label}'", $"'{young.Label}'"),
            ("attributes", Hexadecimal(old.Attributes), Hexadecimal(young.Attributes)),
            ("place", $"{old.Length} bytes at {old.Offset}", $"{young.Length} bytes at {young.Offset}"),
        ];
        return fields.Where(field => field.Was != field.Is).Select(field => new DiskDifference(old.Number, label, field.Thing, $"is {field.Is}, before {field.Was}", []));

        static string Hexadecimal(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x16}");
    }

    /// <summary>What is neither a partition nor a table of them: the code of a boot sector, and gaps.</summary>
    private async Task<IReadOnlyList<DiskDifference>> OutsideAsync(PartitionTable table, CancellationToken cancellation)
    {
        var found = new List<DiskDifference>();
        // What follows the code in the first sector stands for the table: whoever writes a table writes it anew, too.
        var (old, young) = (await before.ReadAsync(0, (int)Sector, cancellation), await now.ReadAsync(0, (int)Sector, cancellation));
        if (!old.AsSpan(0, BootCode).SequenceEqual(young.AsSpan(0, BootCode)))
            found.Add(new(null, "", "boot-code", "is another", []));
        var length = await before.LengthAsync(cancellation);
        var start = TableAtStart;
        foreach (var (offset, size) in table.Partitions.Select(partition => (partition.Offset, partition.Length)).Order().Append((length - TableAtEnd, 0)))
        {
            if (offset > start && !await BothAsync(start, offset - start, (was, became) => IsSameAsync(was, became, cancellation), cancellation))
                found.Add(new(null, "", "unpartitioned", $"has other bytes somewhere in the {offset - start} bytes at {start}, which no partition has", []));
            start = Math.Max(start, offset + size);
        }

        return found;
    }

    private Task<IReadOnlyList<DiskDifference>> OfContentAsync(Partition partition, string label, CancellationToken cancellation) =>
        BothAsync<IReadOnlyList<DiskDifference>>(partition.Offset, partition.Length, async (old, young) =>
        {
            if (await IsSameAsync(old, young, cancellation))
                return [];
            var (was, became) = (await FileSystemMark.OfAsync(partition.Number, old, cancellation), await FileSystemMark.OfAsync(partition.Number, young, cancellation));
            if (was.Kind != became.Kind)
                return [new(partition.Number, label, "content", $"is {became.Kind}, before {was.Kind}", [])];
            if (was.Kind is not ("ext4" or "vfat"))
                return [new(partition.Number, label, "content", $"has other bytes; it holds no files that can be read from outside ({was.Kind})", [])];
            var folder = Directory.CreateDirectory(Path.Combine(work, $"files{partition.Number}")).FullName;
            try
            {
                return Files(partition.Number, label, await TreeAsync(old, was, Path.Combine(folder, "before"), cancellation), await TreeAsync(young, became, Path.Combine(folder, "now"), cancellation));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }, cancellation);

    /// <summary>Takes a range out of both disks.</summary>
    /// <remarks>Not by <c>qemu-img compare</c>, which takes what is in an overlay's backing file for zeros where it is given a range of the overlay.</remarks>
    private Task<T> BothAsync<T>(long offset, long length, Func<string, string, Task<T>> use, CancellationToken cancellation) =>
        before.UseAsync(offset, length, old => now.UseAsync(offset, length, young => use(old, young), cancellation), cancellation);

    /// <param name="old">As long as the other one.</param>
    private static async Task<bool> IsSameAsync(string old, string young, CancellationToken cancellation)
    {
        await using var first = File.OpenRead(old);
        await using var second = File.OpenRead(young);
        var (mine, theirs) = (new byte[Chunk], new byte[Chunk]);
        while (true)
        {
            var count = await first.ReadAtLeastAsync(mine, Chunk, throwOnEndOfStream: false, cancellation);
            await second.ReadAtLeastAsync(theirs, count, throwOnEndOfStream: false, cancellation);
            if (!mine.AsSpan(0, count).SequenceEqual(theirs.AsSpan(0, count)))
                return false;
            if (count < Chunk)
                return true;
        }
    }

    private static async Task<IReadOnlyDictionary<string, StoredFile>> TreeAsync(string image, FileSystemMark mark, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        if (mark.Kind is "vfat")
            return await StoredTree.OfFatAsync(image, folder, cancellation);
        // As the next boot would see it. The image is a copy.
        if (mark.NeedsReplay && await FileSystemCheck.ReplayAsync(image, cancellation) is [var repair, ..])
            throw new GuestException($"partition {mark.Partition} cannot be compared, as its file system is damaged: {repair}");
        return await StoredTree.OfExtAsync(image, folder, cancellation);
    }

    private static List<DiskDifference> Files(int number, string label, IReadOnlyDictionary<string, StoredFile> before, IReadOnlyDictionary<string, StoredFile> now)
    {
        var found = new List<DiskDifference>();
        foreach (var path in before.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var (was, became) = (before.GetValueOrDefault(path), now.GetValueOrDefault(path));
            if (Sentence(was, became) is { } sentence)
                found.Add(new(number, label, path, sentence, was?.Content == became?.Content ? [] : TextLines.Changed(was?.Copy, became?.Copy)));
        }

        return found;
    }

    /// <returns><see langword="null"/>: nothing has changed.</returns>
    private static string? Sentence(StoredFile? was, StoredFile? became)
    {
        if (was is null || became is null)
            return was is null ? $"is new: {became}" : $"is gone: {was}";
        if (was.Kind != became.Kind)
            return $"is a {became.Kind}, before a {was.Kind}";
        string[] changes =
        [
            .. was.Content == became.Content ? [] : (string[])[was.Kind is "file" ? "has other content" : $"leads to {became.Content}, before {was.Content}"],
            .. was.Mode == became.Mode ? [] : (string[])[$"has mode {became.Mode}, before {was.Mode}"],
            .. was.Owner == became.Owner ? [] : (string[])[$"belongs to {became.Owner}, before {was.Owner}"],
            .. was.Attributes == became.Attributes ? [] : (string[])[$"has the extended attributes [{became.Attributes.ReplaceLineEndings(", ")}], before [{was.Attributes.ReplaceLineEndings(", ")}]"],
        ];
        return changes is [] ? null : string.Join("; ", changes);
    }
}
