using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images.Releases;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[TestFixture]
public sealed class ReleaseImportTests
{
    private static readonly Guid Esp = new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"), BiosBoot = new("21686148-6449-6e6f-744e-656564454649"), UsrArm64 = new("b0e01050-ee5f-4390-949a-9101b17104e9");

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task What_the_files_tell_is_not_asked()
    {
        var (disk, usr, uki) = Build();

        var release = await RunAsync(new(disk, [usr, uki], [], "my-os", folder["out"]));

        (release.Image, release.Version, release.Firmware, release.Architecture).Should().Be(("my-os", "41.2", "uefi", "x86_64"));
        release.Disk.Should().BeEquivalentTo(new { File = "disk.raw", Format = "raw", VirtualSize = 65536L });
        release.Artifacts.Select(artifact => artifact.Kind).Should().Equal("usr", "uki");
        release.Manifests.Should().Equal("SHA256SUMS", "SHA256SUMS.gpg");
        release.Served(folder["out"]).Should().Equal("my-os_41.2.usr.raw", "my-os_41.2+3.efi", "SHA256SUMS", "SHA256SUMS.gpg");
        ReleaseManifest.Read(folder["out"]).Should().BeEquivalentTo(release);
        (await ReleaseCheck.ProblemsAsync(folder["out"], CancellationToken.None)).Should().BeEmpty();
    }

    [Test]
    public async Task A_kind_of_ones_own_is_kept_and_a_version_is_given_where_no_name_has_one()
    {
        var (disk, _, _) = Build();
        var bundle = folder.Write("update.bin", "bundle");

        var release = await RunAsync(new(disk, [$"bundle={bundle}"], [], "my-os", folder["out"]) { Version = "41~rc1", Firmware = FirmwareKind.Bios });

        release.Artifacts.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Kind = "bundle", File = "update.bin", Size = 6L });
        (release.Version, release.Firmware).Should().Be(("41~rc1", "bios"));
    }

    [Test]
    public async Task Flatcars_published_files_are_a_release_whose_version_is_beside_them()
    {
        var disk = Flatcar();

        var release = await RunAsync(new(disk, [folder["flatcar_production_update.gz"]], [], "flatcar", folder["out"]) { Firmware = FirmwareKind.Bios });

        (release.Image, release.Version, release.Firmware).Should().Be(("flatcar", "4593.2.4", "bios"));
        release.Artifacts.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Kind = "update", File = "flatcar_production_update.gz" });
        release.Served(folder["out"]).Should().Equal("flatcar_production_update.gz");
        (await ReleaseCheck.ProblemsAsync(folder["out"], CancellationToken.None)).Should().BeEmpty();
    }

    [TestCase("flatcar_production_qemu_image.img")]
    [TestCase("flatcar_production_update.gz")]
    public async Task A_file_that_is_not_the_published_one_is_refused(string changed)
    {
        var disk = Flatcar();
        File.AppendAllText(folder[changed], new string('x', 512));

        var importing = () => RunAsync(new(disk, [folder["flatcar_production_update.gz"]], [], "flatcar", folder["out"]));

        await importing.Should().ThrowAsync<InputException>().WithMessage($"*{changed} is not the published file: its sha512 is *; download it again");
    }

    [Test]
    public async Task Digests_of_another_file_are_no_digests_of_this_one()
    {
        var disk = Flatcar();
        File.WriteAllText(folder["flatcar_production_update.gz.DIGESTS"], $"{new string('0', 128)}  another.gz\n");

        var importing = () => RunAsync(new(disk, [folder["flatcar_production_update.gz"]], [], "flatcar", folder["out"]));

        await importing.Should().ThrowAsync<InputException>().WithMessage("*has no SHA-256 or SHA-512 of flatcar_production_update.gz*");
    }

    [Test]
    public async Task What_cannot_be_found_out_is_asked_for_and_nothing_is_left_behind()
    {
        var (disk, usr, uki) = Build();
        async Task FailsAsync(ReleaseImportRequest request, string message) => (await FluentActions.Awaiting(() => RunAsync(request)).Should().ThrowAsync<Exception>()).WithMessage(message);

        await FailsAsync(new(disk, [folder.Write("update.bin", "x")], [], "a", folder["out"]), "*update.bin: the name does not tell what it is; write KIND=FILE*");
        await FailsAsync(new(disk, [$"usr={folder.Write("plain", "x")}"], [], "a", folder["out"]), "*hold no version*give --version");
        await FailsAsync(new(disk, [usr, folder.Write("my-os_42.efi", "x")], [], "a", folder["out"]), "*41.2 and 42*");
        await FailsAsync(new(disk, [usr, uki], [], "my-os", folder["out"]) { Version = "41~rc1" }, "*systemd-sysupdate cannot carry the version '41~rc1'*");
        await FailsAsync(new(disk, [usr, uki], [], "my-os", folder["out"]) { Version = new('1', 60) }, "*labels of partitions, which have 36 characters*shorten the version by 30*");
        await FailsAsync(new(folder.Write("empty.raw", new string('\0', 1024)), [uki], [], "a", folder["out"]), "*no EFI system partition and no boot sector; give --firmware*");

        Directory.GetFileSystemEntries(folder.Path).Should().NotContain(path => path.Contains("/out", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_check_names_all_that_is_wrong()
    {
        var (disk, usr, uki) = Build();
        await RunAsync(new(disk, [usr, uki], [], "my-os", folder["out"]));
        File.AppendAllText(folder["out/my-os_41.2.usr.raw"], "x");
        File.Delete(folder["out/SHA256SUMS.gpg"]);

        var problems = await ReleaseCheck.ProblemsAsync(folder["out"], CancellationToken.None);

        problems.Should().SatisfyRespectively(
            size => size.Should().Contain("my-os_41.2.usr.raw has 4 bytes; release.json says 3"),
            missing => missing.Should().Contain("SHA256SUMS.gpg is missing, but release.json names it among its manifests"));
    }

    [Test]
    public void The_partition_table_tells_firmware_and_architecture()
    {
        PartitionSurvey.Of(Table(Esp, BiosBoot), 512).Should().Be(new PartitionSurvey(FirmwareKind.Uefi, null));
        PartitionSurvey.Of(Table(BiosBoot), 512).Should().Be(new PartitionSurvey(FirmwareKind.Bios, null));
        PartitionSurvey.Of(Table(Esp, UsrArm64), 512).Should().Be(new PartitionSurvey(FirmwareKind.Uefi, "aarch64"));
        PartitionSurvey.Of(new byte[4096], 512).Should().Be(new PartitionSurvey(null, null));
    }

    private static Task<ReleaseManifest> RunAsync(ReleaseImportRequest request) => ReleaseImport.RunAsync(request, CancellationToken.None);

    /// <summary>The files that a release of Flatcar is published as, as far as they matter here.</summary>
    private string Flatcar()
    {
        File.WriteAllBytes(folder["flatcar_production_qemu_image.img"], Table(Esp, BiosBoot));
        folder.Write("flatcar_production_update.gz", "CrAU and more");
        folder.Write("version.txt", "FLATCAR_BUILD=4593\nFLATCAR_VERSION=4593.2.4\nFLATCAR_VERSION_ID=4593.2.4\n");
        foreach (var name in new[] { "flatcar_production_qemu_image.img", "flatcar_production_update.gz" })
        {
            var content = File.ReadAllBytes(folder[name]);
            folder.Write($"{name}.DIGESTS", $"# SHA1 HASH\n{new string('1', 40)}  {name}\n# SHA512 HASH\n{Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(content))}  {name}\n");
        }

        return folder["flatcar_production_qemu_image.img"];
    }

    private (string Disk, string Usr, string Uki) Build()
    {
        File.WriteAllBytes(folder["system.img"], Table(Esp));
        var sums = $"{ReleaseFolder.Sha256("usr"u8)}  my-os_41.2.usr.raw\n{ReleaseFolder.Sha256("uki"u8)}  my-os_41.2+3.efi\n";
        folder.Write("SHA256SUMS", sums);
        folder.Write("SHA256SUMS.gpg", "signature");
        return (folder["system.img"], folder.Write("my-os_41.2.usr.raw", "usr"), folder.Write("my-os_41.2+3.efi", "uki"));
    }

    /// <summary>The start of a disk of 64 KiB with a GPT.</summary>
    private static byte[] Table(params Guid[] types)
    {
        var disk = new byte[65536];
        "EFI PART"u8.CopyTo(disk.AsSpan(512));
        disk[512 + 32] = 127;
        for (var i = 0; i < types.Length; i++)
            types[i].ToByteArray().CopyTo(disk.AsSpan(1024 + (i * 128)));
        return disk;
    }
}
