using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class RaucLayoutTests
{
    private static readonly Partition Slot = new(3, Guid.Empty, Guid.Empty, "root-B", 0, 0);

    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=0", true, null, null, true)]
    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=1", true, 1, null, true)]
    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=3", true, 3, null, false)]
    [TestCase("ORDER=B A\nB_OK=0\nB_TRY=0", true, null, "*marked bad", false)]
    [TestCase("ORDER=A\nB_OK=1\nB_TRY=0", true, null, "*not in ORDER", false)]
    [TestCase("ORDER=B A\nB_OK=1\nB_TRY=0", false, null, "/boot/vmlinuz is missing*", false)]
    public void A_slot_is_an_entry_that_GRUB_starts_while_its_environment_allows_it(string list, bool kernel, int? done, string? damage, bool bootable)
    {
        var entry = RaucLayout.Entry("B", "2", kernel, Slot, GrubEnvironment.OfList(list));

        entry.Tries.Should().Be(done is { } tries ? new TryCount(3 - tries, tries) : null);
        if (damage is null)
            entry.Damage.Should().BeNull();
        else
            entry.Damage.Should().Match(damage);
        new Installation([], [entry]).IsBootable(entry).Should().Be(bootable);
    }

    [Test]
    public void Without_a_readable_environment_no_entry_is_whole() =>
        RaucLayout.Entry("B", "2", true, Slot, null).Damage.Should().Contain("cannot be read by GRUB");
}
