using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class SysupdateLayoutTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TestCase("/EFI/Linux/kola-os_1.efi", "1", null, null)]
    [TestCase("/EFI/Linux/kola-os_2+3.efi", "2", 3, 0)]
    [TestCase("/EFI/Linux/kola-os_2+3-0.efi", "2", 3, 0)]
    [TestCase("/EFI/Linux/my_os_41.20260101.3+0-3.efi", "41.20260101.3", 0, 3)]
    public void An_entrys_name_tells_release_and_counter(string path, string release, int? left, int? done) =>
        SysupdateLayout.Named(path).Should().Be((release, left is null ? null : new TryCount(left.Value, done!.Value)));

    [TestCase("/EFI/Linux/kola-os.efi")]
    [TestCase("/EFI/Linux/kola-os_2.efi.old")]
    public void Other_files_are_no_entries(string path) => SysupdateLayout.Named(path).Should().BeNull();

    [TestCase("8484680c-9521-48c6-9c11-b0720656f69e", "PND#kola-os_2", "77ff5f63-e7b6-4633-acf4-1565b864c0e6", "pending")]
    [TestCase("dc0226f3-2b45-4572-844b-c7575b748b24", "kola-os_2", "cbd16ce6-c684-4b88-a682-abc55864d645", "partial")]
    [TestCase("8484680c-9521-48c6-9c11-b0720656f69e", "kola-os_2", "f7362106-3756-44ad-8e7a-24edb3468ad1", "pending")]
    public void A_slot_that_is_being_written_keeps_its_place_and_holds_no_release(string data, string label, string hashes, string content)
    {
        Partition[] table = [Part(1, hashes, $"{label}_verity"), Part(2, data, label), Part(3, "77ff5f63-e7b6-4633-acf4-1565b864c0e6", "kola-os_1_verity"), Part(4, "8484680c-9521-48c6-9c11-b0720656f69e", "kola-os_1")];

        var slots = SysupdateLayout.Slots(new(table, []));

        slots.Select(slot => (slot.Name, slot.Release, slot.Content, Hashed: slot.RootHash is not null, slot.Hashes!.Number)).Should().Equal(("A", null, content, false, 1), ("B", "1", "1", true, 3));
        slots[0].ToString().Should().Be($"slot A {content}");

        static Partition Part(int number, string type, string label) => new(number, new(type), Guid.NewGuid(), label, number << 20, 1 << 20);
    }

    [Test, Category("qemu")]
    public async Task Slots_and_entries_are_read_off_the_disk_and_belong_together_by_their_root_hash()
    {
        using var folder = new TemporaryFolder();
        var other = new string('b', 64);
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA, ["kola-os_2+2-1.efi"] = other }, Stop);

        var report = await DiskReport.ReadAsync(sample.Disk, new SysupdateGuest(), Stop);

        var installed = report.Installation!;
        installed.Slots.Select(s => (s.Name, s.Release, s.RootHash, s.Data.Number, s.Hashes!.Number)).Should().Equal(("A", "1", SampleDisk.HashA, 3, 2), ("B", null, null, 5, 4));
        installed.Entries.Select(e => (e.Path, e.Release, e.Tries, e.RootHash, e.Damage)).Should().Equal(
            ("/EFI/Linux/kola-os_1.efi", "1", null, SampleDisk.HashA, null), ("/EFI/Linux/kola-os_2+2-1.efi", "2", new TryCount(2, 1), other, null));
        installed.SlotOf(installed.Entries[0]).Should().Be(installed.Slots[0]);
        installed.SlotOf(installed.Entries[1]).Should().BeNull();
    }

    [TestCase(0, "not an EFI program")]
    [TestCase(100, "not an EFI program")]
    [TestCase(513, "headers ask for")]
    public void A_kernel_that_is_cut_short_is_damaged(int length, string why)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("kernel.efi", SampleDisk.Kernel(SampleDisk.HashA)[..length]);
        UnifiedKernel.Read(file).Damage.Should().Contain(why);
    }
}
