using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Sweeps.Fat;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Sweeps;

/// <summary>What mkfs.fat and mtools write, read in this process.</summary>
[Category("qemu")]
internal sealed class FatVolumeTests
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [TearDown]
    public void Remove() => Directory.GetFiles(folder.Path).ToList().ForEach(File.Delete);

    [OneTimeTearDown]
    public void RemoveAll() => folder.Dispose();

    [TestCase("12", 2)]
    [TestCase("16", 20)]
    [TestCase("32", 40)]
    public async Task Files_are_found_by_path_with_their_long_names_and_read_whole(string bits, int mebi)
    {
        var volume = await MakeAsync(bits, mebi);

        volume.List("/EFI/Linux").Select(file => (file.Path, file.Length, file.Fault)).Should().BeEquivalentTo([("/EFI/Linux/kola-os_2+3-0.efi", 100_000L, (string?)null), ("/EFI/Linux/short.efi", 5L, null)]);
        volume.List("/efi/linux/").Should().HaveCount(2, "case does not matter");
        volume.List("/EFI/None").Should().BeEmpty();
        var file = volume.Below("/EFI").Single(file => file.Length == 100_000);
        await using var stream = volume.OpenRead(file);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Stop);
        content.ToArray().Should().Equal(Content);
    }

    [Test]
    public async Task A_file_whose_clusters_end_too_early_is_not_whole()
    {
        await MakeAsync("32", 40);
        var bytes = await File.ReadAllBytesAsync(folder["esp.raw"], Stop);
        var whole = FatVolume.Open(new MemoryDisk(bytes), 0).Below("/EFI/Linux/kola-os_2+3-0.efi").Single();
        // Its chain as it was before the write of the table: free.
        bytes.AsSpan((32 * 512) + (12 * 4), 400).Clear();

        var file = FatVolume.Open(new MemoryDisk(bytes), 0).Below("/EFI/Linux/kola-os_2+3-0.efi").Single();

        whole.Fault.Should().BeNull();
        file.Fault.Should().Contain("which is none");
    }

    [Test]
    public async Task A_file_is_the_same_only_with_the_same_content()
    {
        await MakeAsync("32", 40);
        var disk = new MemoryDisk(await File.ReadAllBytesAsync(folder["esp.raw"], Stop));
        var file = FatVolume.Open(disk, 0).Below("/EFI/Linux/kola-os_2+3-0.efi").Single();
        var before = FatVolume.Open(disk, 0).Identity(file);

        disk.Bytes[file.Ranges[0].Offset + 5] ^= 1;

        FatVolume.Open(disk, 0).Identity(file).Should().NotBe(before);
    }

    [Test]
    public void A_partition_without_a_file_system_is_refused() =>
        FluentActions.Invoking(() => FatVolume.Open(new MemoryDisk(new byte[4096]), 0)).Should().Throw<GuestException>().WithMessage("*no FAT file system*");

    private static byte[] Content => [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7 / 3))];

    private async Task<FatVolume> MakeAsync(string bits, int mebi)
    {
        var esp = folder.Write("esp.raw", new byte[mebi << 20]);
        await SampleDisk.RunAsync("mkfs.fat", ["-F", bits, "-s", "1", esp], Stop);
        await SampleDisk.RunAsync("mmd", ["-i", esp, "::/EFI", "::/EFI/Linux"], Stop);
        await SampleDisk.RunAsync("mcopy", ["-i", esp, folder.Write("gap", new byte[3000]), "::/EFI/gap"], Stop);
        await SampleDisk.RunAsync("mcopy", ["-i", esp, folder.Write("short", "hello"), "::/EFI/Linux/short.efi"], Stop);
        // Its clusters lie on both sides of another file.
        await SampleDisk.RunAsync("mdel", ["-i", esp, "::/EFI/gap"], Stop);
        await SampleDisk.RunAsync("mcopy", ["-i", esp, folder.Write("long", Content), "::/EFI/Linux/kola-os_2+3-0.efi"], Stop);
        return FatVolume.Open(new MemoryDisk(await File.ReadAllBytesAsync(esp, Stop)), 0);
    }
}
