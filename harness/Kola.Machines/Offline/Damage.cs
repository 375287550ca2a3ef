using System.ComponentModel;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Machines.Offline;

/// <summary>What is broken on the boot disk of a machine that is off, as scenario files write it: a closed union.</summary>
public abstract record Damage
{
    private protected Damage() { }

    /// <summary>The damage for people, on one short line.</summary>
    [Unwritten]
    public abstract string Title { get; }

    /// <summary>Finds what is to be broken, and changes nothing yet.</summary>
    /// <returns>Each breaks one thing, and returns what it did, for people.</returns>
    /// <exception cref="InputException">It is not on the disk.</exception>
    public abstract IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets);
}

[Keyword("data", Value = nameof(Slots)), Description("Invert bytes of a slot's system; without 'at', the superblock that every boot reads.")]
public sealed record DataDamage : Damage
{
    [Description("Slot; a list where several."), NotEmpty, Example("B")]
    public required IReadOnlyList<string> Slots { get; init; }

    [Description("Where, from the start of its partition; a multiple of 512 bytes."), Example("4MiB")]
    public Size At { get; init; }

    [Description("How much; a multiple of 512 bytes.")]
    public Size Length { get; init; } = new(4096);

    [Unwritten]
    public override string Title => $"data of slot {string.Join(", ", Slots)}";

    public override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Slots.Select(targets.Slot).Select(Work)];

    private Func<OfflineDisk, CancellationToken, Task<string>> Work(InstalledSlot slot) => (disk, c) => DiskDamage.InvertAsync(disk, slot.Data, At.Bytes, Length.Bytes, c);
}

[Keyword("hashes", Value = nameof(Slots)), Description("Invert bytes of the hashes that verify a slot; without 'at', the root of the hash tree.")]
public sealed record HashDamage : Damage
{
    [Description("Slot; a list where several."), NotEmpty]
    public required IReadOnlyList<string> Slots { get; init; }

    /// <summary>dm-verity's superblock has the first block to itself, the root of the tree the next.</summary>
    [Description("Where, from the start of its partition; a multiple of 512 bytes.")]
    public Size At { get; init; } = new(4096);

    [Description("How much; a multiple of 512 bytes.")]
    public Size Length { get; init; } = new(4096);

    [Unwritten]
    public override string Title => $"hashes of slot {string.Join(", ", Slots)}";

    public override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Slots.Select(targets.Hashes).Select(Work)];

    private Func<OfflineDisk, CancellationToken, Task<string>> Work(Partition hashes) => (disk, c) => DiskDamage.InvertAsync(disk, hashes, At.Bytes, Length.Bytes, c);
}

[Keyword("zero", Value = nameof(Slots)), Description("Overwrite a slot's system with zeros.")]
public sealed record ZeroDamage : Damage
{
    [Description("Slot; a list where several."), NotEmpty]
    public required IReadOnlyList<string> Slots { get; init; }

    [Unwritten]
    public override string Title => $"zeros over slot {string.Join(", ", Slots)}";

    public override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Slots.Select(targets.Slot).Select(Work)];

    private static Func<OfflineDisk, CancellationToken, Task<string>> Work(InstalledSlot slot) => (disk, c) => DiskDamage.ZeroAsync(disk, slot.Data, c);
}

[Keyword("entry", Value = nameof(Releases)), Description("Break the boot entry of a release: its kernel or UKI.")]
public sealed record EntryDamage : Damage
{
    [Description("Release: a role, or a version; a list where several."), NotEmpty, StandsFor(ReleaseWords.Release), Example("candidate")]
    public required IReadOnlyList<string> Releases { get; init; }

    [Description("truncate: cut its file off at half its length; corrupt: invert its first 4 KiB; remove: delete it.")]
    public required EntryDamageKind How { get; init; }

    [Unwritten]
    public override string Title => $"{How.ToString().ToLowerInvariant()} the boot entry of release {string.Join(", ", Releases)}";

    public override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Releases.SelectMany(targets.Entries).Select(Work)];

    private Func<OfflineDisk, CancellationToken, Task<string>> Work(BootEntry entry) => (disk, c) => How switch
    {
        EntryDamageKind.Truncate => DiskDamage.TruncateAsync(disk, entry, c),
        EntryDamageKind.Corrupt => DiskDamage.CorruptAsync(disk, entry, c),
        EntryDamageKind.Remove => DiskDamage.RemoveAsync(disk, entry, c),
    };
}

[Keyword("loader", Value = nameof(How)), Description("Change the boot loader itself, every copy of it.")]
public sealed record LoaderDamage : Damage
{
    [Description("older: it says that it is a much older version, as on a machine that was installed long ago; it works as before.")]
    public required LoaderDamageKind How { get; init; }

    [Unwritten]
    public override string Title => $"{How.ToString().ToLowerInvariant()} boot loader";

    public override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) => [.. targets.Loaders().Select(Work)];

    private static Func<OfflineDisk, CancellationToken, Task<string>> Work(InstalledLoader loader) => (disk, c) => DiskDamage.AgeAsync(disk, loader, c);
}

/// <summary>What happens to a boot loader.</summary>
public enum LoaderDamageKind { Older }

/// <summary>What happens to the file of a boot entry.</summary>
public enum EntryDamageKind { Truncate, Corrupt, Remove }
