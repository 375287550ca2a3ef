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
        (await LookAsync()).Should().Equal(new Dictionary<string, string> { ["esp (vfat)"] = "clean", ["kola-root (ext4)"] = "clean" });
        Directory.EnumerateFiles(folder["work"]).Should().BeEmpty();
    }

    [Test]
    public async Task Clusters_of_no_file_in_a_FAT_are_told()
    {
        // The second table differs from the first, as after a power cut between the writes of both.
        var table = (int)SampleDisk.EspOffset + (32 * 512);
        disk[table + (200 * 4)] = 0xFF;

        (await LookAsync())["esp (vfat)"].Should().Contain("lines of findings: ");
    }

    [Test]
    public async Task A_damaged_ext4_is_told()
    {
        // Bitmaps and inode tables lie behind the first blocks.
        disk.AsSpan((int)RootOffset + (8 << 10), 64 << 10).Fill(0xA5);

        (await LookAsync())["kola-root (ext4)"].Should().Contain("lines of findings: ");
    }

    private Task<IReadOnlyDictionary<string, string>> LookAsync() => checks.LookAsync(new MemoryDisk(disk), Stop);
}
