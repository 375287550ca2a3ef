using FluentAssertions;
using Kola.Machines.Capabilities;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Capabilities;

[Parallelizable(ParallelScope.All)]
public sealed class CapabilityTests
{
    [Test]
    public void Every_capability_has_a_word_of_its_own_and_a_meaning()
    {
        var all = Enum.GetValues<Capability>();

        CapabilityWords.All.Should().HaveCount(all.Length).And.OnlyHaveUniqueItems().And.AllSatisfy(word => word.Should().MatchRegex("^[a-z]+(-[a-z]+)*$"));
        all.Select(capability => capability.Meaning()).Should().OnlyContain(meaning => meaning.EndsWith('.')).And.OnlyHaveUniqueItems();
    }

    [Test]
    public void A_word_is_read_as_it_is_written_and_others_are_refused()
    {
        foreach (var capability in Enum.GetValues<Capability>())
        {
            CapabilityWords.TryParse(capability.Word(), out var read).Should().BeTrue();
            read.Should().Be(capability);
        }

        CapabilityWords.TryParse("signed-updates", out var signed).Should().BeTrue();
        signed.Should().Be(Capability.SignedUpdates);
        CapabilityWords.TryParse("SignedUpdates", out _).Should().BeFalse();
        CapabilityWords.TryParse("0", out _).Should().BeFalse();
    }

    [Test]
    public void Each_guest_adapter_says_what_can_be_shown_through_it()
    {
        AdapterCapabilities.Adapters.Should().BeEquivalentTo(GuestAdapters.Names, "the table is below the adapters and cannot ask them");
        AdapterCapabilities.Of("no such adapter").Should().BeNull();
    }

    [Test]
    public void Only_an_adapter_that_updates_can_show_what_an_update_does()
    {
        foreach (var adapter in GuestAdapters.Names)
            AdapterCapabilities.Of(adapter)!.Contains(Capability.SelfUpdate).Should().Be(GuestAdapters.Get(adapter) is IUpdatingGuest, adapter);
        AdapterCapabilities.Of("systemd").Should().NotContain([Capability.AutomaticRollback, Capability.BootCounting, Capability.SignedUpdates, Capability.AtomicSlots]);
    }
}
