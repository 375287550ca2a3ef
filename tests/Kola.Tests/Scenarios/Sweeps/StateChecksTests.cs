using System.Buffers.Binary;
using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Scenarios.Sweeps;
using Kola.Tests.Machines.Offline;
using Kola.Tests.Machines.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Sweeps;

/// <summary>The file systems' own checkers, on a real disk.</summary>
internal sealed class StateChecksTests
{
    private const long RootOffset = 47L << 20;

    private TemporaryFolder folder = null!;
    private StateChecks checks = null!;
    private byte[] disk = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task MakeAsync()
    {
        folder = new();
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA }, Stop);
        checks = new(await DiskReport.ReadAsync(sample.Disk, new SysupdateGuest(), Stop), Directory.CreateDirectory(folder["work"]).FullName);
        disk = await File.ReadAllBytesAsync(sample.Image, Stop);
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task What_is_whole_is_clean_and_no_slot_is_asked()
    {
        var found = await LookAsync();

        StateChecks.Told(found, found).Should().Equal(new Dictionary<string, string> { ["esp (vfat)"] = "clean", ["kola-root (ext4)"] = "clean" });
        Directory.EnumerateFiles(folder["work"]).Should().BeEmpty();
    }

    [Test]
    public async Task Clusters_of_no_file_in_a_FAT_are_told()
    {
        var before = await LookAsync();
        // The second table differs from the first, as after a power cut between the writes of both.
        var table = (int)SampleDisk.EspOffset + (32 * 512);
        disk[table + (200 * 4)] = 0xFF;

        StateChecks.Told(await LookAsync(), before)["esp (vfat)"].Should().Contain("lines of findings that were not there before the update: ");
    }

    [Test]
    public async Task A_damaged_ext4_is_told()
    {
        var before = await LookAsync();
        // Bitmaps and inode tables lie behind the first blocks.
        disk.AsSpan((int)RootOffset + (8 << 10), 64 << 10).Fill(0xA5);

        StateChecks.Told(await LookAsync(), before)["kola-root (ext4)"].Should().Contain("lines of findings that were not there before the update: ");
    }

    [Test]
    public async Task What_a_disk_came_with_is_no_news_whatever_its_numbers_are()
    {
        // How many clusters are free, as the FAT's own summary says: wrong, and wrong by another number afterwards.
        SayFree(77);
        var before = await LookAsync();
        SayFree(78);

        var after = await LookAsync();

        after["esp (vfat)"].Lines.Should().NotBeEmpty();
        StateChecks.Told(after, before)["esp (vfat)"].Should().Be("as before the update");
        after["esp (vfat)"].Adds(before["esp (vfat)"]).Should().BeFalse();
    }

    private void SayFree(int clusters) => BinaryPrimitives.WriteInt32LittleEndian(disk.AsSpan((int)SampleDisk.EspOffset + 512 + 488, 4), clusters);

    private Task<IReadOnlyDictionary<string, FileSystemFindings>> LookAsync() => checks.LookAsync(new MemoryDisk(disk), Stop);
}
