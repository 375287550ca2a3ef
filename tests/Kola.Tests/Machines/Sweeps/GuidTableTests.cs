using FluentAssertions;
using Kola.Machines.Offline;
using Kola.Machines.Sweeps;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

[Category("qemu")]
internal sealed class GuidTableTests
{
    private readonly TemporaryFolder folder = new();
    private PartitionTable real = null!;
    private byte[] image = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string>(), CancellationToken.None);
        real = (await DiskReport.ReadAsync(sample.Disk, null, CancellationToken.None)).Table;
        image = await File.ReadAllBytesAsync(sample.Image);
    }

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void A_table_that_sfdisk_made_is_read_as_sfdisk_reads_it()
    {
        var table = Read();

        table.Primary!.Partitions.Should().Equal(real.Partitions);
        table.Backup!.Partitions.Should().Equal(real.Partitions);
        table.Faults.Should().BeEmpty();
    }

    [TestCase(512, "no signature")]
    [TestCase(512 + 56, "header's checksum is wrong")]
    [TestCase(1024 + 60, "entries' checksum is wrong")]
    public void Where_the_primary_table_is_damaged_its_backup_is_used(int at, string why)
    {
        var table = Read(at);

        table.PrimaryFault.Should().Contain(why);
        table.Used!.Partitions.Should().Equal(real.Partitions);
        table.Faults.Should().ContainSingle().Which.Should().StartWith("primary partition table: ");
    }

    [Test]
    public void Where_both_are_damaged_there_is_none()
    {
        var table = Read(512, image.Length - 512);

        table.Used.Should().BeNull();
        table.Faults.Should().HaveCount(2);
    }

    [Test]
    public async Task A_backup_that_says_something_else_is_told_and_the_primary_one_used()
    {
        var changed = folder.Write("changed.raw", image);
        await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", "--part-label", changed, "5", "kola-os_2"], Stop);
        byte[] mixed = [.. (await File.ReadAllBytesAsync(changed, Stop)).AsSpan(0, 1 << 20), .. image.AsSpan(1 << 20)];

        var table = GuidTable.Read(new MemoryDisk(mixed));

        table.Used!.Partitions[4].Label.Should().Be("kola-os_2");
        table.Faults.Should().Equal("the backup partition table differs from the primary one");
    }

    private GuidTable Read(params int[] damaged)
    {
        byte[] bytes = [.. image];
        foreach (var at in damaged)
            bytes[at] ^= 0xFF;
        return GuidTable.Read(new MemoryDisk(bytes));
    }
}
