using System.Buffers.Binary;
using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

internal sealed class DiskProbeTests
{
    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private static Task<DiskShape> ProbeAsync(string path) => DiskProbe.ProbeAsync(path, Stop);

    private static async Task RefusedAsync(string path, string message) =>
        await FluentActions.Awaiting(() => ProbeAsync(path)).Should().ThrowAsync<HostException>().WithMessage(message);

    private async Task<string> MakeAsync(string name, params IEnumerable<string> options)
    {
        await Cli.Wrap("qemu-img").WithArguments(["create", "-q", .. options, folder[name], "1M"]).ExecuteAsync(Stop);
        return folder[name];
    }

    /// <summary>A raw disk that has a GPT of the given sectors and nothing else.</summary>
    private string Table(string name, int sector, int sectors = 256)
    {
        var disk = new byte[sector * sectors];
        "EFI PART"u8.CopyTo(disk.AsSpan(sector));
        BinaryPrimitives.WriteInt64LittleEndian(disk.AsSpan(sector + 32), sectors - 1);
        return folder.Write(name, disk);
    }

    [TestCase(512)]
    [TestCase(4096)]
    public async Task Sectors_are_found_by_the_partition_table(int sector)
    {
        var raw = Table($"{sector}.raw", sector);
        (await ProbeAsync(raw)).Should().Be(new DiskShape(DiskFormat.Raw, sector * 256, sector));

        await Cli.Wrap("qemu-img").WithArguments(["convert", "-f", "raw", "-O", "qcow2", raw, folder[$"{sector}.qcow2"]]).ExecuteAsync(Stop);
        (await ProbeAsync(folder[$"{sector}.qcow2"])).Should().Be(new DiskShape(DiskFormat.Qcow2, sector * 256, sector));
    }

    [Test]
    public async Task A_disk_of_large_sectors_that_is_cut_short_is_refused()
    {
        var raw = Table("cut.raw", 4096);
        await using (var file = File.OpenWrite(raw))
            file.SetLength(4096 * 200);
        await RefusedAsync(raw, "*cut short: its partition table spans 1048576 bytes, the file has 819200*");
    }

    [Test]
    public async Task A_disk_without_a_table_has_small_sectors() =>
        (await ProbeAsync(await MakeAsync("empty.qcow2", "-f", "qcow2"))).Should().Be(new DiskShape(DiskFormat.Qcow2, 1 << 20));

    [Test]
    public async Task Data_in_another_file_is_refused() =>
        await RefusedAsync(
            await MakeAsync("external.qcow2", "-f", "qcow2", "-o", $"data_file={folder["external.data"]}"),
            "*keeps its data in another file, which the image's digest would not cover; make it whole first: qemu-img convert -O qcow2 *external.qcow2 image.qcow2");

    [Test]
    public async Task An_overlay_is_refused()
    {
        await MakeAsync("base.qcow2", "-f", "qcow2");
        await RefusedAsync(await MakeAsync("overlay.qcow2", "-f", "qcow2", "-F", "qcow2", "-b", folder["base.qcow2"]), "*is an overlay on another image*qemu-img convert*");
    }

    [Test]
    public async Task An_encrypted_disk_is_refused() =>
        await RefusedAsync(
            await MakeAsync("secret.qcow2", "--object", "secret,id=s,data=geheim", "-f", "qcow2", "-o", "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10"),
            "*is encrypted (LUKS)*qemu-img convert*");

    [Test]
    public async Task Internal_snapshots_are_refused()
    {
        var disk = await MakeAsync("snapshots.qcow2", "-f", "qcow2");
        await Cli.Wrap("qemu-img").WithArguments(["snapshot", "-c", "one", disk]).ExecuteAsync(Stop);
        await RefusedAsync(disk, "*holds 1 internal snapshot, *qemu-img convert -O qcow2*");
    }

    [TestCase("vmdk", "VMDK", "vmdk")]
    [TestCase("vhdx", "VHDX", "vhdx")]
    [TestCase("vdi", "VDI", "vdi")]
    [TestCase("qed", "QED", "qed")]
    [TestCase("vpc", "VHD", "vpc")]
    [TestCase("vpc", "VHD", "vpc", "-o", "subformat=fixed")]
    public async Task Other_formats_are_named_with_the_command_that_converts_them(string format, string name, string driver, params string[] options)
    {
        var disk = await MakeAsync($"other{options.Length}.{format}", ["-f", format, .. options]);
        await RefusedAsync(disk, $"{disk} is a {name} image; convert it first: qemu-img convert -f {driver} -O qcow2 {disk} image.qcow2");
    }

    [Test]
    public async Task An_archive_that_holds_a_disk_is_no_disk()
    {
        Table("inner.raw", 512);
        await Cli.Wrap("tar").WithArguments(["-cf", folder["disk.tar"], "-C", folder.Path, "inner.raw"]).ExecuteAsync(Stop);
        await RefusedAsync(folder["disk.tar"], "*disk.tar is a tar archive; expected a disk image, raw or qcow2: unpack it first: tar -xf *disk.tar*");
    }

    /// <summary>Heads of files as they were reported: <c>tests/corpus/disks/NAME.head</c>, and in <c>expected.tsv</c> what is said of each.</summary>
    [TestCaseSource(nameof(Corpus))]
    public async Task A_reported_disk_is_known(string name, string expected) =>
        await RefusedAsync(Path.Combine(Checkout.Root, "tests/corpus/disks", name), expected);

    private static IEnumerable<TestCaseData> Corpus() =>
        File.ReadLines(Path.Combine(Checkout.Root, "tests/corpus/disks/expected.tsv")).Where(line => line.Length > 0).Select(line => new TestCaseData(line.Split('\t')[0], line.Split('\t')[1]));
}
