using System.ComponentModel;
using Kola.Machines;
using Kola.Machines.Offline;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>What a <see cref="DamageStep"/> breaks: a closed union.</summary>
public abstract record Damage
{
    private protected Damage() { }

    /// <summary>The damage for people, on one short line.</summary>
    [Unwritten]
    public abstract string Title { get; }

    /// <summary>Finds what is to be broken.</summary>
    /// <returns>Each breaks one thing, and tells which.</returns>
    /// <exception cref="InputException">It is not on the disk.</exception>
    internal abstract IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets);
}

/// <summary>What can be broken on a disk.</summary>
/// <param name="where">Where the step is written, for messages.</param>
internal sealed class DamageTargets(Installation installed, string where)
{
    /// <exception cref="InputException">There is no such slot.</exception>
    public InstalledSlot Slot(string name) => installed.Slots.FirstOrDefault(slot => slot.Name == name)
        ?? throw new InputException($"{where}there is no slot {name} on the disk; expected one of {string.Join(", ", installed.Slots.Select(slot => slot.Name))}");

    /// <exception cref="InputException">There is no such slot, or it has none.</exception>
    public Partition Hashes(string slot) => Slot(slot).Hashes ?? throw new InputException($"{where}slot {slot} has no hashes");

    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<BootEntry> Entries(string release) => installed.Entries.Where(entry => entry.Release == release).ToList() is { Count: > 0 } entries
        ? entries
        : throw new InputException($"{where}release {release} has no boot entry on the disk; expected one of {string.Join(", ", installed.Entries.Select(entry => entry.Release))}");
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

    internal override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
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

    internal override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
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

    internal override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Slots.Select(targets.Slot).Select(Work)];

    private static Func<OfflineDisk, CancellationToken, Task<string>> Work(InstalledSlot slot) => (disk, c) => DiskDamage.ZeroAsync(disk, slot.Data, c);
}

[Keyword("entry", Value = nameof(Releases)), Description("Break the boot entry of a release: its kernel or UKI.")]
public sealed record EntryDamage : Damage
{
    [Description("Release: a role, or a version; a list where several."), NotEmpty, StandsFor(ReleaseRoles.Release), Example("candidate")]
    public required IReadOnlyList<string> Releases { get; init; }

    [Description("truncate: cut its file off at half its length; corrupt: invert its first 4 KiB; remove: delete it.")]
    public required EntryDamageKind How { get; init; }

    [Unwritten]
    public override string Title => $"{How.ToString().ToLowerInvariant()} the boot entry of release {string.Join(", ", Releases)}";

    internal override IReadOnlyList<Func<OfflineDisk, CancellationToken, Task<string>>> Find(DamageTargets targets) =>
        [.. Releases.SelectMany(targets.Entries).Select(Work)];

    private Func<OfflineDisk, CancellationToken, Task<string>> Work(BootEntry entry) => (disk, c) => How switch
    {
        EntryDamageKind.Truncate => DiskDamage.TruncateAsync(disk, entry, c),
        EntryDamageKind.Corrupt => DiskDamage.CorruptAsync(disk, entry, c),
        EntryDamageKind.Remove => DiskDamage.RemoveAsync(disk, entry, c),
    };
}

public enum EntryDamageKind { Truncate, Corrupt, Remove }
