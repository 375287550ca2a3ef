using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Offline;

/// <summary>With the real tools, on a small disk that they made.</summary>
[Category("qemu")]
internal sealed class OfflineDiskTests
{
    private const int Mebi = 1 << 20;
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    private Task<SampleDisk> MakeAsync(long? sizeBytes = null) =>
        SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA }, Stop, sizeBytes);

    [Test]
    public async Task A_disk_is_read_through_its_overlay()
    {
        var sample = await MakeAsync();
        var report = await DiskReport.ReadAsync(sample.Disk, null, Stop);

        report.Table.Partitions.Select(p => p.Label).Should().Equal("esp", "kola-os_1_verity", "kola-os_1", "_empty", "_empty", "kola-root");
        report.Table.Partitions[0].Should().BeEquivalentTo(new { Number = 1, Type = PartitionTypes.EfiSystem, Offset = SampleDisk.EspOffset, Length = 40L * Mebi });
        report.Marks.Select(m => m.Kind).Should().Equal("vfat", "none", "none", "none", "none", "ext4");
        report.Dirt.Should().BeEmpty();
    }

    [Test]
    public async Task What_is_written_goes_to_the_overlay_and_never_to_the_image()
    {
        var sample = await MakeAsync();
        var image = await File.ReadAllBytesAsync(sample.Image, Stop);

        await sample.Disk.FillAsync(42 * Mebi, 4096, 0xA5, Stop);
        await sample.Disk.PutAsync(folder.Write("some", [1, 2, 3, .. new byte[509]]), 43 * Mebi, Stop);

        (await sample.Disk.ReadAsync(42 * Mebi, 4608, Stop)).Should().StartWith(Enumerable.Repeat((byte)0xA5, 4096)).And.EndWith(new byte[512]);
        (await sample.Disk.ReadAsync(43 * Mebi, 512, Stop)).Should().StartWith([1, 2, 3, 0]);
        (await File.ReadAllBytesAsync(sample.Image, Stop)).AsSpan().SequenceEqual(image).Should().BeTrue();
        await sample.Disk.FillAsync(42 * Mebi, 4096, 0, Stop);
        (await sample.Disk.ReadAsync(42 * Mebi, 4096, Stop)).Should().OnlyContain(b => b == 0);
        Directory.GetFiles(folder.Path, "range*").Should().BeEmpty();
    }

    [Test]
    public async Task A_range_beyond_the_end_is_refused()
    {
        var sample = await MakeAsync();
        await sample.Disk.Awaiting(d => d.ReadAsync(100 * Mebi, 4096, Stop)).Should().ThrowAsync<HostException>();
        await sample.Disk.Awaiting(d => d.FillAsync(100 * Mebi, 4096, 1, Stop)).Should().ThrowAsync<HostException>();
    }

    [Test]
    public async Task A_grown_disk_has_its_second_table_in_the_wrong_place() =>
        (await DiskReport.ReadAsync((await MakeAsync(80 * Mebi)).Disk, null, Stop)).Dirt.Should().Contain(w => w.Contains("backup GPT table"));

    [Test]
    public async Task A_disk_without_a_table_says_so()
    {
        var sample = await MakeAsync();
        await sample.Disk.FillAsync(0, Mebi, 0, Stop);
        await sample.Disk.FillAsync(55 * Mebi, Mebi, 0, Stop);
        await FluentActions.Awaiting(() => DiskReport.ReadAsync(sample.Disk, null, Stop)).Should().ThrowAsync<GuestException>().WithMessage("*no partition table*");
    }

    [TestCase("ssv state 0", "was not unmounted")]
    [TestCase("ssv state 2", "has errors")]
    [TestCase("feature +needs_recovery", "needs its journal replayed")]
    public async Task A_root_that_was_not_left_in_good_order_is_seen(string command, string dirt)
    {
        var sample = await MakeAsync();
        var root = await sample.Disk.TakeAsync(47 * Mebi, 4 * Mebi, Stop);
        await SampleDisk.RunAsync("debugfs", ["-w", "-R", command, root], Stop);
        await sample.Disk.PutAsync(root, 47 * Mebi, Stop);

        (await DiskReport.ReadAsync(sample.Disk, null, Stop)).Dirt.Should().Equal($"partition 6 (ext4) {dirt}");
    }

    [Test]
    public async Task A_boot_partition_that_was_not_unmounted_is_seen()
    {
        var sample = await MakeAsync();
        var boot = await sample.Disk.ReadAsync(SampleDisk.EspOffset, 512, Stop);
        boot[0x41] = 1;
        await sample.Disk.PutAsync(folder.Write("boot", boot), SampleDisk.EspOffset, Stop);

        (await DiskReport.ReadAsync(sample.Disk, null, Stop)).Dirt.Should().Equal("partition 1 (vfat) was not unmounted");
    }

    [Test]
    public async Task Files_of_the_boot_partition_are_read_written_and_deleted()
    {
        var esp = await (await MakeAsync()).Disk.TakeAsync(SampleDisk.EspOffset, 40 * Mebi, Stop);
        var files = new FatFiles(esp);
        await files.WriteAsync("/EFI/Linux/a long name+3.efi", folder.Write("new", "new"), Stop);
        await files.DeleteAsync("/EFI/Linux/kola-os_1.efi", Stop);

        (await files.ListAsync("/EFI/Linux", Stop)).Should().Equal("/EFI/Linux/a long name+3.efi");
        (await files.ListAsync("/nowhere", Stop)).Should().BeEmpty();
        await files.ReadAsync("/EFI/Linux/a long name+3.efi", folder["got"], Stop);
        File.ReadAllText(folder["got"]).Should().Be("new");
        await files.Awaiting(f => f.DeleteAsync("/EFI/Linux/kola-os_1.efi", Stop)).Should().ThrowAsync<GuestException>().WithMessage("*kola-os_1.efi*");
    }
}
