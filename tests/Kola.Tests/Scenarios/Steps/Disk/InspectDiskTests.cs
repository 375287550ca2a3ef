using FluentAssertions;
using Kola.Machines.Offline;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Steps.Disk;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Disk;

/// <summary>What is held against a disk: the step's expectations, and what the guest said.</summary>
internal sealed class InspectDiskTests
{
    private static readonly Partition Somewhere = new(1, Guid.Empty, Guid.Empty, "", 0, 4096);

    /// <summary>Release 1 in slot A, good; release 2 in slot B, on trial.</summary>
    private static Installation Installed { get; } = new(
        [new("A", "1", "aa", Somewhere, Somewhere), new("B", "2", "bb", Somewhere, Somewhere), new("C", null, null, Somewhere, Somewhere)],
        [new(Somewhere, "/os_1.efi", "1", null, "aa", null), new(Somewhere, "/os_2+2-1.efi", "2", new(2, 1), "bb", null)]);

    private static GuestClaim Claim(string release, string slot, bool? good = null) =>
        new(new("os", release, slot), good is { } marked ? new(marked, marked ? null : 2, null) : null);

    private static IEnumerable<string> Differences(InspectDiskStep step, GuestClaim? claim = null, Installation? installed = null, params string[] dirt) =>
        step.Differences(new(new([], dirt), [], installed ?? Installed), claim);

    [Test]
    public void What_is_as_expected_makes_no_difference() =>
        Differences(
            new()
            {
                Slots = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2", ["C"] = "empty" },
                Entries = new Dictionary<string, EntryExpectation> { ["1"] = new() { State = EntryState.Good }, ["2"] = new() { State = EntryState.Trial, TriesLeft = 2, TriesDone = 1 } },
                Clean = true,
            },
            Claim("2", "B", good: false)).Should().BeEmpty();

    [TestCase("A", "2", "slot A: expected 2, got 1")]
    [TestCase("C", "2", "slot C: expected 2, got empty")]
    [TestCase("D", "empty", "slot D: expected empty, got no such slot")]
    public void Another_release_in_a_slot_is_told(string slot, string release, string told) =>
        Differences(new() { Slots = new Dictionary<string, string> { [slot] = release } }).Should().Equal(told);

    [Test]
    public void Entries_are_all_that_there_are() =>
        Differences(new() { Entries = new Dictionary<string, EntryExpectation> { ["3"] = new() { State = EntryState.Good }, ["2"] = new() { State = EntryState.Good } } }).Should().Equal(
            "release 3: expected one boot entry, got none",
            "release 2: expected good, got 2 left, 1 done (/os_2+2-1.efi)",
            "release 1: expected no boot entry, got /os_1.efi");

    [Test]
    public void An_entry_that_cannot_start_is_never_as_expected() =>
        Differences(
            new() { Entries = new Dictionary<string, EntryExpectation> { ["1"] = new() { State = EntryState.Good } } },
            installed: Installed with { Entries = [Installed.Entries[0] with { Damage = "it is cut short" }] })
        .Should().Equal("release 1: /os_1.efi is damaged: it is cut short", "no release could start: /os_1.efi it is cut short");

    [Test]
    public void A_disk_from_which_neither_release_starts_is_never_as_expected_unless_the_step_says_so()
    {
        var neither = Installed with { Slots = [Installed.Slots[2]], Entries = [Installed.Entries[0], Installed.Entries[1] with { Tries = new(0, 3) }] };
        Differences(new(), installed: neither).Should().Equal("no release could start: /os_1.efi asks for what no slot has; /os_2+2-1.efi has no tries left");
        Differences(new(), installed: Installed with { Entries = [] }).Should().Equal("no release could start: there is no boot entry");
        Differences(new() { Bootable = [] }, installed: neither).Should().BeEmpty();
        Differences(new() { Bootable = ["1"] }).Should().Equal("bootable: expected 1, got 1 2");
    }

    [TestCase(true, "root dirty", "*good order, but root dirty")]
    [TestCase(false, null, "expected something not to be left in good order*")]
    public void Order_is_expected_either_way(bool clean, string? dirt, string told) =>
        Differences(new() { Clean = clean }, dirt: dirt is null ? [] : [dirt]).Should().ContainSingle().Which.Should().Match(told);

    [TestCase("2", "A", "ran release 2 from slot A, its disk shows slot A 1", "/os_2+2-1.efi starts slot B 2")]
    [TestCase("3", "C", "ran release 3 from slot C, its disk shows slot C empty", "no boot entry")]
    public void A_guest_that_says_other_than_its_disk_is_told(string release, string slot, params string[] told) =>
        Differences(new(), Claim(release, slot)).Zip(told).Should().OnlyContain(pair => pair.First.Contains(pair.Second)).And.HaveCount(told.Length);

    [Test]
    public void A_guest_that_says_it_is_good_while_its_boots_are_counted_is_told() =>
        Differences(new(), Claim("2", "B", good: true)).Should().ContainSingle().Which.Should().Contain("marked good").And.Contain("2 left");

    [Test]
    public void A_guest_that_said_nothing_is_not_held_to_anything() => Differences(new()).Should().BeEmpty();
}
