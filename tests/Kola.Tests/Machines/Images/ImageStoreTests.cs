using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImageStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Test]
    public async Task A_raw_file_is_an_image_by_its_path()
    {
        var disk = folder.Write("a.img", new byte[4096]);

        var image = await ResolveAsync(disk);

        image.Disk.Should().Be(new DiskImage(disk, DiskFormat.Raw));
        (image.Name, image.VirtualSize, image.Release, image.ReleaseFolder).Should().Be(("a", 4096L, null, null));
        image.Sha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(new byte[4096])));
    }

    [Test]
    public async Task A_qcow2_file_is_known_by_its_content_and_its_virtual_size_is_told()
    {
        var image = await ResolveAsync(await Qcow2Async("disk.img"));

        image.Disk.Format.Should().Be(DiskFormat.Qcow2);
        image.VirtualSize.Should().Be(64 << 20);
    }

    [TestCase(50)]
    [TestCase(1000)]
    [TestCase(2 << 20)]
    public async Task A_truncated_qcow2_file_is_refused(int bytes)
    {
        var disk = await Qcow2Async("disk.qcow2");
        await using (var file = File.OpenWrite(disk))
            file.SetLength(bytes);

        await Resolving(disk).Should().ThrowAsync<HostException>().WithMessage("*cut short*get it again");
    }

    [Test]
    public async Task A_truncated_raw_disk_is_refused_by_its_partition_table()
    {
        var disk = new byte[8192];
        "EFI PART"u8.CopyTo(disk.AsSpan(512));
        BinaryPrimitives.WriteInt64LittleEndian(disk.AsSpan(512 + 32), 99);

        await Resolving(folder.Write("a.raw", disk)).Should().ThrowAsync<HostException>().WithMessage("*spans 51200 bytes, the file has 8192*");
    }

    [Test]
    public async Task Files_that_are_no_disk_image_are_refused_with_the_remedy()
    {
        await Resolving(folder.Write("empty.img", "")).Should().ThrowAsync<HostException>().WithMessage("*is empty*");
        await Resolving(folder.Write("odd.img", "hello")).Should().ThrowAsync<HostException>().WithMessage("*not a disk image or is cut short*");
        await Resolving(folder.Write("a.vmdk", "KDMV" + new string(' ', 508))).Should().ThrowAsync<HostException>().WithMessage("*VMDK*qemu-img convert*");
        await Resolving(folder.Write("a.gz", [0x1f, 0x8b, 8, 0])).Should().ThrowAsync<HostException>().WithMessage("*compressed*gzip --decompress*");
        await Resolving(folder.Path).Should().ThrowAsync<HostException>().WithMessage("*is a folder without release.json*");
    }

    [Test]
    public async Task A_missing_file_is_refused_with_the_nearest_name()
    {
        folder.Write("debian.qcow2", new byte[512]);

        await Resolving(folder["debain.qcow2"]).Should().ThrowAsync<HostException>().WithMessage("*does not exist; did you mean 'debian.qcow2'?");
    }

    [Test]
    public async Task An_unknown_name_is_refused_with_the_nearest_name()
    {
        await Resolving("kola-so").Should().ThrowAsync<InputException>().WithMessage("no image is named 'kola-so'*did you mean 'kola-os'?");
    }

    [Test]
    public async Task A_recipe_without_a_release_is_refused_with_the_command_that_builds_one()
    {
        await Resolving("kola-os").Should().ThrowAsync<HostException>().WithMessage("no release of 'kola-os' is built; run: kola image build kola-os");
    }

    [Test]
    public async Task A_recipe_means_its_newest_release_and_10_is_newer_than_9()
    {
        WriteRelease("9");
        WriteRelease("10");
        Directory.CreateDirectory(folder["state/releases/kola-os/.building-11"]);

        var image = await ResolveAsync("kola-os");

        (image.Release, image.Provisioning, image.Adapter).Should().Be(("10", ProvisioningKind.Ignition, "systemd-sysupdate"));
        image.ReleaseFolder.Should().Be(folder["state/releases/kola-os/10"]);
        (await ResolveAsync("kola-os:9")).Release.Should().Be("9");
    }

    [Test]
    public async Task A_releases_folder_is_an_image_by_its_path()
    {
        (await ResolveAsync(WriteRelease("3"))).Release.Should().Be("3");
    }

    [Test]
    public async Task A_release_that_is_not_built_is_refused_with_those_that_are()
    {
        WriteRelease("1");

        await Resolving("kola-os:2").Should().ThrowAsync<HostException>().WithMessage("*not built (built: 1); run: kola image build kola-os --release 2");
    }

    [Test]
    public async Task A_disk_that_changed_after_it_was_once_checked_is_refused()
    {
        var release = WriteRelease("1");
        await ResolveAsync("kola-os:1");
        await File.WriteAllBytesAsync(Path.Combine(release, "disk.raw"), [.. Enumerable.Repeat((byte)7, 1024)]);

        await Resolving("kola-os:1").Should().ThrowAsync<HostException>().WithMessage("*disk.raw is not the file that was built*--force");
    }

    [Test]
    public async Task A_release_that_lacks_an_artifact_or_has_a_shorter_one_is_refused()
    {
        var artifact = Path.Combine(WriteRelease("1"), "kola_1.efi");
        await File.WriteAllTextAsync(artifact, "x");
        await Resolving("kola-os:1").Should().ThrowAsync<HostException>().WithMessage("*has 1 bytes; release.json says 4*");

        File.Delete(artifact);
        await Resolving("kola-os:1").Should().ThrowAsync<HostException>().WithMessage("*kola_1.efi is missing*");
    }

    [TestCase("schema", "2", "*its schema is 2; expected 1*")]
    [TestCase("firmware", "\"efi\"", "*expected uefi or bios*")]
    [TestCase("version", null, "*version*")]
    [TestCase("disk", "{\"file\":\"../disk.raw\",\"format\":\"raw\",\"sha256\":\"00\",\"virtualSize\":1024}", "*'../disk.raw' is not a plain file name*")]
    [TestCase("disk", "{\"file\":\"disk.raw\",\"format\":\"raw\",\"sha256\":\"00\",\"virtualSize\":1024}", "*'00' is not a sha256*")]
    public async Task A_manifest_of_another_shape_is_refused(string member, string? json, string message)
    {
        var path = Path.Combine(WriteRelease("1"), "release.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        manifest.Remove(member);
        if (json is not null)
            manifest[member] = JsonNode.Parse(json);
        await File.WriteAllTextAsync(path, manifest.ToJsonString());

        await Resolving("kola-os:1").Should().ThrowAsync<HostException>().WithMessage("*release.json is not a release manifest of schema 1" + message);
    }

    private Func<Task<ResolvedImage>> Resolving(string reference) => () => ResolveAsync(reference);

    private Task<ResolvedImage> ResolveAsync(string reference) => new ImageStore(
            ImageCatalog.Load(Path.Combine(Checkout.Root, "images", "catalog.yaml")),
            new() { Checkout = folder.Path, State = folder["state"], Cache = folder["cache"] })
        .ResolveAsync(reference, null, CancellationToken.None);

    private async Task<string> Qcow2Async(string name)
    {
        var raw = folder.Write("source.raw", RandomNumberGenerator.GetBytes(4 << 20));
        await using (var file = File.OpenWrite(raw))
            file.SetLength(64 << 20);
        await Cli.Wrap("qemu-img").WithArguments(["convert", "-f", "raw", "-O", "qcow2", raw, folder[name]]).ExecuteAsync();
        return folder[name];
    }

    private string WriteRelease(string version) => ReleaseFolder.Write(folder[$"state/releases/kola-os/{version}"], version);
}
