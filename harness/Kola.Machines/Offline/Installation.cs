namespace Kola.Machines.Offline;

/// <summary>What is installed on a machine's boot disk, read from outside.</summary>
/// <param name="Slots">In the order of the disk.</param>
/// <param name="Entries">What the boot loader can choose from.</param>
public sealed record Installation(IReadOnlyList<InstalledSlot> Slots, IReadOnlyList<BootEntry> Entries)
{
    /// <summary>The boot loader's own program, each copy of it; none where the layout does not know a version of it.</summary>
    public IReadOnlyList<InstalledLoader> Loaders { get; init; } = [];

    /// <summary>The slot that a boot entry would run: the one that has the root hash it asks for.</summary>
    public InstalledSlot? SlotOf(BootEntry entry) => Slots.FirstOrDefault(slot => slot.RootHash is not null && slot.RootHash == entry.RootHash);

    /// <summary>How often each release on trial was tried, by its entry's counter. A release that is good, or has no entry, is not in it.</summary>
    public IReadOnlyDictionary<string, TryCount> Tries => Entries
        .Where(entry => entry.Tries is not null)
        .GroupBy(entry => entry.Release)
        .ToDictionary(entries => entries.Key, entries => entries.Select(entry => entry.Tries!).MaxBy(tries => tries.Done)!);

    /// <summary>Whether an entry could start as far as the disk tells: it is whole and may be tried, and what it asks for is there. The system itself is not verified.</summary>
    public bool IsBootable(BootEntry entry) =>
        entry is { Damage: null, Tries: null or { Left: > 0 } } && (entry.RootHash is null || SlotOf(entry) is not null);
}

/// <summary>A place that releases are installed to.</summary>
/// <param name="Name"><c>A</c>, <c>B</c>, … by position on the disk, as guests tell it.</param>
/// <param name="Release">As the disk labels it; <see langword="null"/> when it is empty.</param>
/// <param name="RootHash">The hash that the system must have to be this release, lower-case hexadecimal; <see langword="null"/> when it is empty or the OS does not verify.</param>
/// <param name="Data">The partition of the system itself.</param>
/// <param name="Hashes">The partition with the hashes that verify it, where there is one.</param>
public sealed record InstalledSlot(string Name, string? Release, string? RootHash, Partition Data, Partition? Hashes)
{
    /// <summary>What a slot that is empty holds, for people and scenario files.</summary>
    public const string Empty = "empty";

    /// <summary><c>partial</c> or <c>pending</c> where a release is being written to it, or was: none is installed there. <see langword="null"/>: none is.</summary>
    public string? Unfinished { get; init; }

    /// <summary>What its content must be, where the OS keeps a digest of it instead of a root hash; <see langword="null"/>: it keeps none.</summary>
    public ContentDigest? Digest { get; init; }

    /// <summary>Whether it can be said if the slot is intact.</summary>
    public bool IsVerifiable => RootHash is not null || Digest is not null;

    /// <summary>The release, how far one has come, or <see cref="Empty"/>.</summary>
    public string Content => Release ?? Unfinished ?? Empty;

    public override string ToString() => $"slot {Name} {Content}";
}

/// <summary>A digest of a slot's content, kept beside it since it was installed.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Length">Of the content, in bytes, from the slot's start.</param>
public sealed record ContentDigest(string Sha256, long Length);

/// <summary>What a boot loader can start.</summary>
/// <param name="Partition">Where it lies.</param>
/// <param name="Path">The file on it, absolute: the kernel, or a UKI.</param>
/// <param name="Release">The release it starts.</param>
/// <param name="Tries">How its boots are counted; <see langword="null"/> when they are not: it is good.</param>
/// <param name="RootHash">The root hash of the system it starts, lower-case hexadecimal; <see langword="null"/> when it names none or cannot be read.</param>
/// <param name="Damage">Why it cannot start; <see langword="null"/> when nothing is seen.</param>
public sealed record BootEntry(Partition Partition, string Path, string Release, TryCount? Tries, string? RootHash, string? Damage)
{
    public override string ToString() => $"entry {Release} {Tries?.ToString() ?? "good"}";
}

/// <summary>The counter of a boot entry (https://uapi-group.org/specifications/specs/boot_loader_specification/#boot-counting).</summary>
/// <param name="Left">Boots it may still be tried.</param>
/// <param name="Done">Boots it was tried.</param>
public sealed record TryCount(int Left, int Done)
{
    public override string ToString() => $"{Left} left, {Done} done";
}
