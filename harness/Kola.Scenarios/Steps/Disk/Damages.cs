using System.ComponentModel;
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
}

[Keyword("zero", Value = nameof(Slots)), Description("Overwrite a slot's system with zeros.")]
public sealed record ZeroDamage : Damage
{
    [Description("Slot; a list where several."), NotEmpty]
    public required IReadOnlyList<string> Slots { get; init; }

    [Unwritten]
    public override string Title => $"zeros over slot {string.Join(", ", Slots)}";
}

[Keyword("entry", Value = nameof(Releases)), Description("Break the boot entry of a release: its kernel or UKI.")]
public sealed record EntryDamage : Damage
{
    [Description("Release; a list where several."), NotEmpty, Example("\"2\"")]
    public required IReadOnlyList<string> Releases { get; init; }

    [Description("truncate: cut its file off at half its length; corrupt: invert its first 4 KiB; remove: delete it.")]
    public required EntryDamageKind How { get; init; }

    [Unwritten]
    public override string Title => $"{How.ToString().ToLowerInvariant()} the boot entry of release {string.Join(", ", Releases)}";
}

public enum EntryDamageKind { Truncate, Corrupt, Remove }
