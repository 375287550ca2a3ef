using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class RaucGuestTests
{
    [TestCase("/dev/vda2\nA /dev/vda2\nB /dev/vda3\n", "A")]
    [TestCase("/dev/vda3\nA /dev/vda2\nB /dev/vda3\n", "B")]
    [TestCase("/dev/vda4\nA /dev/vda2\nB /dev/vda3\n", null)]
    public void The_slot_is_the_one_whose_device_is_mounted_as_root(string answer, string? slot) =>
        RaucGuest.Slot(answer).Should().Be(slot);

    [TestCase("B", "ORDER=B A\nA_OK=1\nA_TRY=0\nB_OK=1\nB_TRY=0", true, null)]
    [TestCase("B", "ORDER=B A\nA_OK=1\nA_TRY=0\nB_OK=1\nB_TRY=1", false, 2)]
    [TestCase("B", "ORDER=B A\nA_OK=1\nA_TRY=0\nB_OK=1\nB_TRY=3", false, 0)]
    [TestCase("A", "ORDER=B A\nA_OK=0\nA_TRY=0\nB_OK=1\nB_TRY=3", false, 3)]
    public void A_slot_is_good_when_its_count_was_set_back(string slot, string list, bool markedGood, int? triesLeft) =>
        RaucGuest.Assessment(slot, GrubEnvironment.OfList(list)).Should().Be(new BootAssessment(markedGood, triesLeft, slot));

    [Test]
    public void Without_a_slot_or_a_count_there_is_no_assessment()
    {
        RaucGuest.Assessment(null, GrubEnvironment.OfList("A_OK=1\nA_TRY=0")).Should().BeNull();
        RaucGuest.Assessment("B", GrubEnvironment.OfList("A_OK=1\nA_TRY=0")).Should().BeNull();
    }

    [Test]
    public void What_is_installed_is_told_by_the_slots_own_file_systems()
    {
        var installed = RaucGuest.Installed(RaucRecordings.Text("installed-used-up"));

        installed.Select(slot => (slot.Slot, slot.Version, slot.Entry)).Should().Equal(("A", "1", "A"), ("B", "2", "B"));
        installed.Select(slot => slot.Identity).Should().OnlyHaveUniqueItems().And.OnlyContain(identity => Guid.Parse(identity) != Guid.Empty);
    }

    [Test]
    public void A_slot_without_a_file_system_is_empty()
    {
        var installed = RaucGuest.Installed("ORDER=A B\nA_OK=1\nA_TRY=0\nB_OK=0\nB_TRY=0\n=====\nA\n1-2\nIMAGE_VERSION=1\n=====\nB\n\n");

        installed.Should().Equal(new InstalledRelease("A", "1", "1-2", "A"), new InstalledRelease("B", null, "", null));
    }
}
