using System.Reflection;
using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Images.Catalog;
using Kola.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class GuestWordsTests
{
    [TestCase(typeof(RefusalReason)), TestCase(typeof(ArtifactRole)), TestCase(typeof(UnitRole)), TestCase(typeof(ConsoleSaying))]
    public void Every_word_of_a_closed_list_says_what_it_means(Type list) =>
        Enum.GetNames(list).Select(name => list.GetField(name)!.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description).Should().OnlyContain(meaning => meaning != null && meaning.EndsWith('.'));

    [Test]
    public void Words_are_read_as_they_are_written()
    {
        EnumWords.All<RefusalReason>().Select(EnumWords.Parse<RefusalReason>).Should().Equal(Enum.GetValues<RefusalReason>().Cast<RefusalReason?>());
        EnumWords.All<ArtifactRole>().Select(EnumWords.Parse<ArtifactRole>).Should().Equal(Enum.GetValues<ArtifactRole>().Cast<ArtifactRole?>());
        EnumWords.All<UnitRole>().Select(EnumWords.Parse<UnitRole>).Should().Equal(Enum.GetValues<UnitRole>().Cast<UnitRole?>());
        EnumWords.All<ConsoleSaying>().Select(EnumWords.Parse<ConsoleSaying>).Should().Equal(Enum.GetValues<ConsoleSaying>().Cast<ConsoleSaying?>());
        (EnumWords.Parse<RefusalReason>("nonsense"), EnumWords.Parse<UnitRole>("Ssh")).Should().Be((null, null));
        EnumWords.All<RefusalReason>().Should().Contain(["foreign-signature", "no-space", "server-error", "malformed-manifest"]);
    }

    [Test]
    public void Every_adapter_that_updates_has_words_for_the_refusals_that_any_family_has_and_a_payload()
    {
        foreach (var guest in GuestAdapters.Names.Select(GuestAdapters.Get).OfType<IUpdatingGuest>())
        {
            guest.Refusals.Should().ContainKeys(RefusalReason.ForeignSignature, RefusalReason.Corrupt, RefusalReason.Truncated, RefusalReason.NoSpace, RefusalReason.ServerError, RefusalReason.Busy);
            guest.Artifacts.Should().ContainKey(ArtifactRole.Payload);
        }
    }

    [Test]
    public void A_unit_is_named_by_the_images_entry_first_then_by_the_adapter()
    {
        var image = SomeImage.Any with { Units = new Dictionary<UnitRole, string> { [UnitRole.Ssh] = "sshd.service", [UnitRole.Health] = "a-health.service" } };

        image.Unit(new SysupdateGuest(), UnitRole.Ssh).Should().Be("sshd.service");
        image.Unit(new SysupdateGuest(), UnitRole.Health).Should().Be("a-health.service");
        image.Unit(new SysupdateGuest(), UnitRole.MarkGood).Should().Be("systemd-bless-boot.service");
        image.Unit(new SystemdGuest(), UnitRole.MarkGood).Should().BeNull();
    }
}
