using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Disk;

/// <summary>
/// Reads the boot disk of a machine that is off, on the host. Whatever is expected, what the guest last said of itself must agree with its disk.
/// </summary>
[Keyword("inspect-disk"), Description("Look at the boot disk of a machine that is off: slots, boot entries, file systems. It must agree with what the guest said last.")]
public sealed record InspectDiskStep : Step
{
    /// <summary>What an empty slot is called.</summary>
    public const string Empty = "empty";

    [Description("Release by slot, or empty."), NotEmpty, Example("{ A: \"1\", B: empty }")]
    public IReadOnlyDictionary<string, string> Slots { get; init; } = new Dictionary<string, string>();

    [Description("Boot entries by release, all that there are: good, trial, or tries. A release whose entry cannot start is never as expected."), NotEmpty, Example("{ \"1\": good, \"2\": { tries-left: 2, tries-done: 1 } }")]
    public IReadOnlyDictionary<string, EntryExpectation> Entries { get; init; } = new Dictionary<string, EntryExpectation>();

    /// <summary><see langword="null"/>: not looked at, as it takes a second or two.</summary>
    [Description("Exactly the slots whose system is, block for block, what its root hash stands for; empty slots left out.")]
    public IReadOnlyList<string>? Intact { get; init; }

    /// <summary><see langword="null"/>: at least one.</summary>
    [Description("Exactly the releases that could start as far as the disk tells: their boot entry is whole and has tries left, and a slot has the system it asks for. Default: at least one.")]
    public IReadOnlyList<string>? Bootable { get; init; }

    [Description("true: partition table and file systems were left in good order. false: something was not, as after a power cut.")]
    public bool? Clean { get; init; }

    private protected override string Describe()
    {
        List<string?> parts =
        [
            .. Slots.Select(slot => $"slot {slot.Key} {slot.Value}"),
            .. Entries.Select(entry => $"entry {entry.Key} {entry.Value}"),
            Intact is null ? null : Intact is [] ? "no slot intact" : $"{string.Join(' ', Intact)} intact",
            Bootable is null ? null : Bootable is [] ? "nothing bootable" : $"bootable {string.Join(' ', Bootable)}",
            Clean is null ? null : Clean.Value ? "clean" : "not clean",
        ];
        return Shorten(string.Join(", ", parts.OfType<string>()));
    }
}
