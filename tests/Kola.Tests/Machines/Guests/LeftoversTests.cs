using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>What each family may leave on the disk after a fall-back.</summary>
internal sealed class LeftoversTests
{
    private static readonly Partition Esp = Part(1, "esp") with { Type = PartitionTypes.EfiSystem };

    [TestCase("p1:/EFI/Linux/kola-os_2+0-3.efi", Leftover.TriedEntry)]
    [TestCase("p1:/EFI/Linux/kola-os_1.efi", null)]
    [TestCase("p1:/loader/loader.conf", null)]
    [TestCase("p3:id", Leftover.OtherSlot)]
    [TestCase("p2:content", null)]
    [TestCase("root:/etc/passwd", null)]
    [TestCase("root:/etc/.updated", Leftover.TimeStamp)]
    [TestCase("root:/var/log/journal/1/system.journal", Leftover.Journal)]
    [TestCase("root:/home/var/log/wtmp", null)]
    public void Of_systemd_sysupdate(string place, Leftover? allowed)
    {
        var before = Report(("A", "1", 2), ("B", null, 3)) with { Installation = Installed([("A", "1", 2), ("B", null, 3)], "/EFI/Linux/kola-os_1.efi:1") };
        var now = before with { Installation = Installed([("A", "1", 2), ("B", "2", 3)], "/EFI/Linux/kola-os_1.efi:1", "/EFI/Linux/kola-os_2+0-3.efi:2") };

        Allowed(new SysupdateLayout().MayLeave(before, now, "A"), place).Should().Be(allowed);
    }

    [TestCase("p1:/grub/grubenv", Leftover.TryCounter)]
    [TestCase("p1:/grub/grub.cfg", null)]
    [TestCase("p3:content", Leftover.OtherSlot)]
    [TestCase("p2:content", null)]
    [TestCase("data:/lib/rauc/central.raucs", Leftover.UpdateState)]
    [TestCase("data:/etc/upper/leaked", null)]
    [TestCase("data:/log/journal/1/system.journal", Leftover.Journal)]
    [TestCase("other:/log/journal/1/system.journal", null)]
    public void Of_rauc(string place, Leftover? allowed)
    {
        var report = Report(("A", "1", 2), ("B", null, 3));

        Allowed(new RaucLayout().MayLeave(report, report, "A"), place).Should().Be(allowed);
    }

    [TestCase("p1:/flatcar/vmlinuz-b", Leftover.TriedEntry)]
    [TestCase("p1:/flatcar/vmlinuz-a", null)]
    [TestCase("p2:attributes", Leftover.TryCounter)]
    [TestCase("p2:content", null)]
    [TestCase("p3:attributes", Leftover.OtherSlot)]
    [TestCase("ROOT:/var/lib/update_engine/prefs/x", Leftover.UpdateState)]
    public void Of_flatcar(string place, Leftover? allowed)
    {
        var report = Report(("A", "1", 2), ("B", null, 3));

        Allowed(new FlatcarLayout().MayLeave(report, report, "A"), place).Should().Be(allowed);
    }

    [Test]
    public void Every_one_says_why() =>
        SystemdLeftovers.Of("*:/var", "*:/etc").Should().OnlyContain(place => place.Because.Length > 10 && place.What != null);

    private static Leftover? Allowed(IReadOnlyList<LeftoverPlace> places, string place) => places.FirstOrDefault(one => one.Covers(place))?.What;

    private static DiskReport Report(params (string Name, string? Release, int Partition)[] slots) => new(new([Esp, .. slots.Select(slot => Part(slot.Partition, ""))], []), [], Installed(slots));

    private static Installation Installed(IEnumerable<(string Name, string? Release, int Partition)> slots, params string[] entries) => new(
        [.. slots.Select(slot => new InstalledSlot(slot.Name, slot.Release, null, Part(slot.Partition, ""), null))],
        [.. entries.Select(entry => entry.Split(':')).Select(entry => new BootEntry(Esp, entry[0], entry[1], null, null, null))]);

    private static Partition Part(int number, string label) => new(number, Guid.Empty, Guid.Empty, label, number << 20, 1 << 20);
}
