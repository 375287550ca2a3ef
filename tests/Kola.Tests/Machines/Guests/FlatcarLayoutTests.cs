using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Machines.Qemu.Disks;
using Kola.Tests.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>A disk as Flatcar lays it out, made by the real tools and read while no machine runs from it.</summary>
internal sealed class FlatcarLayoutTests
{
    private const int Mebi = 1 << 20;

    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void MakeFolder() => folder = new();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Slots_tell_their_releases_and_their_attributes_what_GRUB_starts()
    {
        var installed = await ReadAsync("GUID:48,56", "GUID:49,52", ("4000.0.0", "a"), ("4100.0.0", "b"));

        installed.Slots.Select(slot => (slot.Name, slot.Release)).Should().Equal(("A", "4000.0.0"), ("B", "4100.0.0"));
        installed.Entries.Select(entry => (entry.Path, entry.Release, entry.Tries, entry.Damage)).Should().Equal(
            ("/flatcar/vmlinuz-a", "4000.0.0", null, null), ("/flatcar/vmlinuz-b", "4100.0.0", new TryCount(1, 0), null));
        installed.Entries.Should().OnlyContain(entry => installed.IsBootable(entry));
    }

    [Test]
    public async Task A_release_that_used_its_try_up_is_not_started_again_and_a_missing_kernel_never()
    {
        var installed = await ReadAsync("GUID:48,56", "GUID:49", ("4000.0.0", null), ("4100.0.0", "b"));

        installed.Entries[0].Damage.Should().Be("/flatcar/vmlinuz-a is missing or empty");
        installed.Entries[1].Tries.Should().Be(new TryCount(0, 1));
        installed.Entries.Where(installed.IsBootable).Should().BeEmpty();
    }

    [Test]
    public async Task A_slot_that_was_never_written_is_empty()
    {
        var installed = await ReadAsync("GUID:48,56", "", ("4000.0.0", "a"), null);

        installed.Slots[1].Content.Should().Be(InstalledSlot.Empty);
        installed.Entries.Should().ContainSingle();
    }

    [Test]
    public async Task A_file_system_that_cannot_be_read_here_is_named()
    {
        var reading = () => ReadAsync("GUID:48,56", "GUID:49", ("4000.0.0", "a"), ("", "b"));

        await reading.Should().ThrowAsync<HostException>().WithMessage("USR-B holds a file system other than ext*");
    }

    [TestCase("", 0UL)]
    [TestCase("GUID:48,56", (1UL << 48) | (1UL << 56))]
    [TestCase("RequiredPartition LegacyBIOSBootable GUID:49,52", 1UL | 4UL | (1UL << 49) | (1UL << 52))]
    [TestCase("RequiredPartition,48,something", 1UL | (1UL << 48))]
    public void Attributes_are_the_bits_that_sfdisk_names(string written, ulong bits) => GptAttributes.Parse(written).Should().Be(bits);

    [Test]
    public void Priority_tries_and_success_are_fields_of_the_attributes()
    {
        var marks = GptPriority.Of(new(3, Guid.Empty, Guid.Empty, "USR-A", 0, 1) { Attributes = (3UL << 48) | (2UL << 52) | (1UL << 56) });

        marks.Should().Be(new GptPriority(3, 2, true));
        marks.ToString().Should().Be("priority 3, tries 2, successful");
    }

    /// <param name="a">The release in the slot and the kernel's content; without a release another file system; <see langword="null"/>: nothing was ever written there.</param>
    private async Task<Installation> ReadAsync(string attributesOfA, string attributesOfB, (string Release, string? Kernel)? a, (string Release, string? Kernel)? b)
    {
        var esp = folder.Write("esp.raw", new byte[40 * Mebi]);
        await SampleDisk.RunAsync("mkfs.fat", ["-F", "32", esp], Stop);
        await SampleDisk.RunAsync("mmd", ["-i", esp, "::/flatcar"], Stop);
        foreach (var (slot, kernel) in new[] { ("a", a?.Kernel), ("b", b?.Kernel) })
            if (kernel is not null)
                await new FatFiles(esp).WriteAsync($"/flatcar/vmlinuz-{slot}", folder.Write("kernel", kernel), Stop);
        await using (var disk = File.Create(folder["disk.raw"]))
        {
            disk.SetLength(56 * Mebi);
            await CopyAsync(esp, disk, 1);
            await CopyAsync(await UsrAsync(a), disk, 41);
            await CopyAsync(await UsrAsync(b), disk, 45);
        }

        var table = $"""
            label: gpt
            start=1MiB, size=40MiB, type=uefi, name=EFI-SYSTEM
            start=41MiB, size=4MiB, type={FlatcarLayout.UsrType}, name=USR-A{(attributesOfA.Length == 0 ? "" : $", attrs=\"{attributesOfA}\"")}
            start=45MiB, size=4MiB, type={FlatcarLayout.UsrType}, name=USR-B{(attributesOfB.Length == 0 ? "" : $", attrs=\"{attributesOfB}\"")}

            """;
        await (table | Cli.Wrap("sfdisk").WithArguments(["--quiet", "--no-reread", folder["disk.raw"]])).ExecuteBufferedAsync(Stop);
        await Overlay.CreateAsync(folder["boot.qcow2"], new DiskImage(folder["disk.raw"], DiskFormat.Raw), null, Stop);
        var offline = new OfflineDisk(folder["boot.qcow2"], folder.Path);
        return await new FlatcarLayout().ReadAsync(offline, await PartitionTableReader.ReadAsync(offline, Stop), Stop);
    }

    private async Task<string?> UsrAsync((string Release, string? Kernel)? content)
    {
        if (content is not var (release, _))
            return null;
        if (release.Length == 0)
            return folder.Write("other.raw", "hsqs, as squashfs begins");
        folder.Write("usr/lib/os-release", $"NAME=Flatcar\nVERSION_ID={release}\n");
        var image = folder.Write("usr.raw", new byte[4 * Mebi]);
        await SampleDisk.RunAsync("mkfs.ext4", ["-q", "-d", folder["usr"], image], Stop);
        return image;
    }

    private static async Task CopyAsync(string? file, FileStream disk, long mebi)
    {
        if (file is null)
            return;
        disk.Position = mebi * Mebi;
        await using var source = File.OpenRead(file);
        await source.CopyToAsync(disk, Stop);
    }
}
