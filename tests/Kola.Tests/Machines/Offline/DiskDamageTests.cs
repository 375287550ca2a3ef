using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Offline;

/// <summary>With the real tools: what was whole before is damaged after, as it is read off the disk.</summary>
[Category("qemu")]
internal sealed class DiskDamageTests
{
    private TemporaryFolder folder = null!;
    private OfflineDisk disk = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        folder = new();
        disk = (await SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA, ["kola-os_2+3.efi"] = new('b', 64) }, Stop)).Disk;
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    private async Task<Installation> InstalledAsync() => (await DiskReport.ReadAsync(disk, new SysupdateGuest(), Stop)).Installation!;

    [Test]
    public async Task Inverted_bytes_differ_and_their_neighbours_do_not()
    {
        var data = (await InstalledAsync()).Slots[0].Data;
        await disk.PutAsync(folder.Write("written", [.. Enumerable.Repeat((byte)0x3C, 8192)]), data.Offset + 4096, Stop);

        await DiskDamage.InvertAsync(disk, data, 8192, 4096, Stop);

        var read = await disk.ReadAsync(data.Offset + 4096, 12288, Stop);
        read[..4096].Should().OnlyContain(b => b == 0x3C);
        read[4096..8192].Should().OnlyContain(b => b == 0xC3);
        read[8192..].Should().OnlyContain(b => b == 0);
    }

    [TestCase(2 << 20, 512)]
    [TestCase(0, 100)]
    [TestCase(100, 512)]
    [TestCase(0, 0)]
    [TestCase(0, 1L << 40)]
    public async Task Bytes_beyond_the_partition_or_no_whole_sectors_are_refused(long at, long length)
    {
        var data = (await InstalledAsync()).Slots[0].Data;
        await FluentActions.Awaiting(() => DiskDamage.InvertAsync(disk, data, at, length, Stop)).Should().ThrowAsync<InputException>().WithMessage("*2097152 bytes*");
    }

    [Test]
    public async Task A_zeroed_partition_is_all_zeros_and_its_neighbour_is_not()
    {
        var slot = (await InstalledAsync()).Slots[0];
        foreach (var partition in new[] { slot.Hashes!, slot.Data })
            await disk.FillAsync(partition.Offset, partition.Length, 7, Stop);

        await DiskDamage.ZeroAsync(disk, slot.Data, Stop);

        (await disk.ReadAsync(slot.Data.Offset, (int)slot.Data.Length, Stop)).Should().OnlyContain(b => b == 0);
        (await disk.ReadAsync(slot.Hashes!.Offset, (int)slot.Hashes.Length, Stop)).Should().OnlyContain(b => b == 7);
    }

    [Test]
    public async Task A_truncated_kernel_is_damaged_and_keeps_its_name_and_counter()
    {
        (await DiskDamage.TruncateAsync(disk, (await InstalledAsync()).Entries[1], Stop)).Should().Contain("cut /EFI/Linux/kola-os_2+3.efi off at");

        var entries = (await InstalledAsync()).Entries;
        entries[1].Damage.Should().NotBeNull();
        entries[1].Should().BeEquivalentTo(new { Release = "2", Tries = new TryCount(3, 0) });
        entries[0].Damage.Should().BeNull();
    }

    [Test]
    public async Task A_corrupted_kernel_is_no_program_any_more()
    {
        await DiskDamage.CorruptAsync(disk, (await InstalledAsync()).Entries[0], Stop);
        (await InstalledAsync()).Entries.Select(e => e.Damage is null).Should().Equal(false, true);
    }

    [Test]
    public async Task A_removed_entry_is_gone_and_the_other_is_not()
    {
        await DiskDamage.RemoveAsync(disk, (await InstalledAsync()).Entries[0], Stop);
        (await InstalledAsync()).Entries.Select(e => e.Release).Should().Equal("2");
    }

    [Test]
    public async Task A_release_on_trial_is_left_its_last_try_and_its_kernel_stays_whole()
    {
        var layout = new SysupdateGuest();
        var before = await DiskReport.ReadAsync(disk, layout, Stop);

        (await layout.LeaveOneTryAsync(disk, before.Table, before.Installation!.Entries[1], Stop)).Should().Be("/EFI/Linux/kola-os_2+3.efi is /EFI/Linux/kola-os_2+1-2.efi");

        var entries = (await InstalledAsync()).Entries;
        entries.Should().HaveCount(2);
        entries[1].Should().BeEquivalentTo(new { Release = "2", Tries = new TryCount(1, 2), before.Installation.Entries[1].RootHash, Damage = (string?)null });
        entries[0].Should().BeEquivalentTo(before.Installation.Entries[0]);
    }

    [Test]
    public async Task A_release_that_is_good_has_no_tries_to_spend()
    {
        var layout = new SysupdateGuest();
        var report = await DiskReport.ReadAsync(disk, layout, Stop);

        await FluentActions.Awaiting(() => layout.LeaveOneTryAsync(disk, report.Table, report.Installation!.Entries[0], Stop)).Should().ThrowAsync<GuestException>().WithMessage("*not on trial*");
    }
}
