using System.Reflection;
using FluentAssertions;
using Kola.Machines.Capabilities;
using Kola.Machines.Guests;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Machines.Capabilities;

[Parallelizable(ParallelScope.All)]
public sealed class CapabilityTests
{
    [Test]
    public void Every_capability_has_a_word_of_its_own_and_a_meaning()
    {
        var all = Enum.GetValues<Capability>();

        EnumWords.All<Capability>().Should().HaveCount(all.Length).And.OnlyHaveUniqueItems().And.AllSatisfy(word => word.Should().MatchRegex("^[a-z]+(-[a-z]+)*$"));
        all.Select(capability => typeof(Capability).GetField(capability.ToString())!.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()!.Description).Should().OnlyContain(meaning => meaning.EndsWith('.')).And.OnlyHaveUniqueItems();
    }

    [Test]
    public void A_word_is_read_as_it_is_written_and_others_are_refused()
    {
        foreach (var capability in Enum.GetValues<Capability>())
            EnumWords.Parse<Capability>(capability.Word()).Should().Be(capability);

        EnumWords.Parse<Capability>("signed-updates").Should().Be(Capability.SignedUpdates);
        EnumWords.Parse<Capability>("SignedUpdates").Should().BeNull();
        EnumWords.Parse<Capability>("0").Should().BeNull();
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
