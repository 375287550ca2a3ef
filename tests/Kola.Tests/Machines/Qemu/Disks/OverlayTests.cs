using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Qemu.Disks;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Disks;

/// <summary>With the real qemu-img and qemu-io.</summary>
[Category("qemu")]
internal sealed class OverlayTests
{
    private string folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private string Disk => Path.Combine(folder, "overlay.qcow2");

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("kola-test").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(folder, recursive: true);

    private async Task<DiskImage> RawAsync(int bytes = 1 << 20)
    {
        var path = Path.Combine(folder, "a, b.raw");
        await File.WriteAllBytesAsync(path, new byte[bytes], Stop);
        return new(path, DiskFormat.Raw);
    }

    private async Task<BufferedCommandResult> IoAsync(params IEnumerable<string> commands) =>
        await Cli.Wrap("qemu-io").WithArguments(["-t", "unsafe", "-f", "qcow2", .. commands.SelectMany(c => new[] { "-c", c }), Disk])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Stop);

    [Test]
    public async Task A_killed_QEMU_is_a_power_cut_what_was_flushed_stays_and_the_rest_goes()
    {
        await Overlay.CreateAsync(Disk, await RawAsync(), 8 << 20, Stop);
        (await IoAsync("write -P 0xab 0 64k", "flush", "write -P 0xcd 1M 64k", "sigraise 9")).ExitCode.Should().Be(128 + 9);
        (await IoAsync("read -P 0xab 0 64k", "read -P 0 1M 64k")).StandardOutput.Should().NotContain("verification failed");
    }

    [Test]
    public async Task An_overlay_keeps_the_size_of_its_image_or_grows()
    {
        var image = await RawAsync();
        await Overlay.CreateAsync(Disk, image, null, Stop);
        (await IoAsync("length")).StandardOutput.Trim().Should().Be("1 MiB");
        await Overlay.CreateAsync(Disk, image, 3 << 20, Stop);
        (await IoAsync("length")).StandardOutput.Trim().Should().Be("3 MiB");
        (await Cli.Wrap("qemu-img").WithArguments(["check", Disk]).ExecuteBufferedAsync(Stop)).ExitCode.Should().Be(0);
    }

    [Test]
    public async Task A_disk_smaller_than_its_image_is_refused() =>
        await FluentActions.Awaiting(async () => await Overlay.CreateAsync(Disk, await RawAsync(), 4096, Stop))
            .Should().ThrowAsync<InputException>().WithMessage("*4096*1048576*");

    [Test]
    public async Task A_missing_image_is_named() =>
        await FluentActions.Awaiting(() => Overlay.CreateAsync(Disk, new("/nowhere.raw", DiskFormat.Raw), null, Stop))
            .Should().ThrowAsync<HostException>().WithMessage("*/nowhere.raw*");

    [Test]
    public async Task A_seed_disk_holds_its_files_under_their_names()
    {
        var iso = Path.Combine(folder, "seed");
        await SeedImage.CreateAsync(iso, new("cidata", new Dictionary<string, byte[]> { ["user-data"] = "#cloud-config\n"u8.ToArray(), ["meta-data"] = [] }), Stop);
        var content = await File.ReadAllBytesAsync(iso, Stop);
        var text = System.Text.Encoding.Latin1.GetString(content);
        text[0x8001..0x8006].Should().Be("CD001");
        text[0x8028..0x802e].Should().Be("cidata", "cloud-init and blkid look for this label");
        text.Should().Contain("user-data").And.Contain("#cloud-config\n");
        Directory.Exists($"{iso}.d").Should().BeFalse();
    }
}
