using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Machines.Offline.Differences;
using NUnit.Framework;

namespace Kola.Tests.Machines.Offline.Differences;

/// <summary>A real disk that is compared with what it was before somebody wrote to it.</summary>
internal sealed class DiskChangesTests
{
    private TemporaryFolder folder = null!;
    private OfflineDisk before = null!, now = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task MakeAsync()
    {
        folder = new();
        var sample = await SampleDisk.MakeAsync(folder, new Dictionary<string, string> { ["kola-os_1.efi"] = SampleDisk.HashA }, Stop);
        now = new(sample.Overlay, Directory.CreateDirectory(folder["now"]).FullName);
        await OnRootAsync("""
            mkdir /etc
            mkdir /var
            mkdir /var/lib
            mkdir /var/log
            write hosts /etc/hosts
            set_inode_field /etc/hosts mode 0100644
            """, ("hosts", "127.0.0.1 localhost\n"));
        // As it is remembered: a copy of the overlay.
        File.Copy(sample.Overlay, folder["before.qcow2"]);
        before = new(folder["before.qcow2"], Directory.CreateDirectory(folder["before"]).FullName);
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task A_disk_that_nobody_wrote_to_is_as_it_was()
    {
        var changes = await CompareAsync();

        changes.Leaks.Should().BeEmpty();
        changes.Allowed.Should().BeEmpty();
    }

    [Test]
    public async Task What_stands_for_the_table_in_the_first_sector_may_be_written_anew()
    {
        var sector = await now.ReadAsync(0, 512, Stop);
        sector[447] ^= 0xFF;
        await now.PutAsync(folder.Write("sector", sector), 0, Stop);

        (await CompareAsync()).Leaks.Should().BeEmpty();
    }

    [Test]
    public async Task What_a_file_of_the_root_file_system_is_now_is_told_with_its_path_and_its_lines()
    {
        await OnRootAsync("""
            rm /etc/hosts
            write other /etc/hosts
            set_inode_field /etc/hosts mode 0100644
            write leaked /etc/leaked
            set_inode_field /var/lib mode 040700
            set_inode_field /var/lib uid 1000
            ea_set /var security.selinux system_u
            symlink /etc/link /nowhere/that/is/so/long/that/the/inode/itself/has/no/room/for/it/aaaaaaaaaaaaaaaaaaaaaaaaa
            symlink /etc/short hosts
            rmdir /var/log
            cd /var
            mknod pipe p
            """, ("other", "127.0.0.1 localhost\n10.0.0.1 evil\n"), ("leaked", "by the bad release\n"));

        var changes = await CompareAsync();

        changes.Leaks.Select(leak => leak.ToString()).Should().Equal(
            "kola-root:/etc/hosts has other content\n    + 10.0.0.1 evil",
            "kola-root:/etc/leaked is new: file 0644 0:0\n    + by the bad release",
            "kola-root:/etc/link is new: link 0777 0:0 to /nowhere/that/is/so/long/that/the/inode/itself/has/no/room/for/it/aaaaaaaaaaaaaaaaaaaaaaaaa",
            "kola-root:/etc/short is new: link 0777 0:0 to hosts",
            "kola-root:/var has the extended attributes [security.selinux (8) = \"system_u\"], before []",
            "kola-root:/var/lib has mode 0700, before 0755; belongs to 1000:0, before 0:0",
            "kola-root:/var/log is gone: folder 0755 0:0",
            "kola-root:/var/pipe is new: pipe 0000 0:0");
    }

    [Test]
    public async Task Every_boot_may_write_its_journal_and_a_scenario_may_allow_more()
    {
        await OnRootAsync("""
            mkdir /var/log/journal
            mkdir /var/log/journal/1234
            write text /var/log/journal/1234/system.journal
            mkdir /var/lib/app
            write text /var/lib/app/state
            """, ("text", "text\n"));

        (await CompareAsync()).Leaks.Select(leak => leak.Place).Should().Equal("kola-root:/var/lib/app", "kola-root:/var/lib/app/state", "kola-root:/var/log/journal");
        var allowed = await CompareAsync(new LeftoverPlace(null, "kola-root:/var/lib/app*", "the scenario"), new LeftoverPlace(null, "p6:/var/log/journal", "the scenario"));
        allowed.Leaks.Should().BeEmpty();
        allowed.Allowed.Where(one => one.By.What is Leftover.Journal).Select(one => one.Difference.Place)
            .Should().Equal("kola-root:/var/log/journal/1234", "kola-root:/var/log/journal/1234/system.journal");
    }

    [Test]
    public async Task The_boot_entry_of_the_release_that_ran_stays_as_it_was_and_another_one_may_come()
    {
        await OnBootPartitionAsync(async files =>
        {
            await files.WriteAsync("/EFI/Linux/kola-os_2+0-3.efi", folder.Write("new.efi", SampleDisk.Kernel(new string('b', 64))), Stop);
            await files.WriteAsync("/EFI/Linux/kola-os_1.efi", folder.Write("old.efi", SampleDisk.Kernel(new string('c', 64))), Stop);
        });

        var changes = await CompareAsync();

        changes.Leaks.Select(leak => leak.ToString()).Should().Equal("esp:/EFI/Linux/kola-os_1.efi has other content");
        changes.Allowed.Should().ContainSingle().Which.Should().Match<(DiskDifference Difference, LeftoverPlace By)>(one =>
            one.Difference.Place == "esp:/EFI/Linux/kola-os_2+0-3.efi" && one.By.What == Leftover.TriedEntry);
    }

    [Test]
    public async Task The_slot_that_did_not_run_may_be_written_and_the_one_that_ran_may_not()
    {
        var table = await PartitionTableReader.ReadAsync(now, Stop);
        await DiskDamage.ZeroAsync(now, table.Partitions[4], Stop);
        await DiskDamage.InvertAsync(now, table.Partitions[4], 0, 512, Stop);
        await DiskDamage.InvertAsync(now, table.Partitions[2], 4096, 512, Stop);
        await DiskDamage.InvertAsync(now, table.Partitions[5] with { Offset = 512 << 10 }, 0, 512, Stop);
        var sector = await now.ReadAsync(0, 512, Stop);
        sector[3] = 0x90;
        await now.PutAsync(folder.Write("sector", sector), 0, Stop);

        var changes = await CompareAsync();

        changes.Leaks.Select(leak => leak.Place).Should().Equal("disk:boot-code", "disk:unpartitioned", "kola-os_1:content");
        changes.Allowed.Select(one => (one.Difference.Place, one.By.What)).Should().Equal(("p5:content", Leftover.OtherSlot));
    }

    [Test]
    public async Task Labels_and_ids_of_the_other_slot_may_change_and_no_other_partitions()
    {
        await OnTableAsync(["--part-label", folder["disk.raw"], "5", "kola-os_2"], ["--part-uuid", folder["disk.raw"], "3", "00000000-0000-4000-8000-000000000001"], ["--delete", folder["disk.raw"], "6"]);

        var changes = await CompareAsync();

        changes.Leaks.Select(leak => leak.ToString()).Should().Equal(
            "kola-os_1:id is 00000000-0000-4000-8000-000000000001, before 0bc7aeac-c7c7-5215-7eca-37bdedb5febc", "kola-root:partition is gone");
        changes.Allowed.Select(one => one.Difference.ToString()).Should().Equal("p5:label is 'kola-os_2', before '_empty'");
    }

    private Task<DiskChanges> CompareAsync(params LeftoverPlace[] more) => DiskChanges.FindAsync(before, now, new SysupdateGuest(), "A", more, folder.Path, Stop);

    /// <summary>Has debugfs, in a folder with the files, change the root file system.</summary>
    private async Task OnRootAsync(string commands, params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files)
            folder.Write(name, content);
        var root = (await PartitionTableReader.ReadAsync(now, Stop)).Partitions[5];
        await now.UseAsync(root.Offset, root.Length, async image =>
        {
            var said = await ($"{commands}\n" | Cli.Wrap("debugfs").WithArguments(["-w", "-f", "-", image]).WithWorkingDirectory(folder.Path)).ExecuteBufferedAsync(Stop);
            said.StandardError.Trim().Split('\n').Should().HaveCount(1, said.StandardError);
            await now.PutAsync(image, root.Offset, Stop);
            return true;
        }, Stop);
    }

    private async Task OnBootPartitionAsync(Func<IPartitionFiles, Task> change) =>
        await now.ChangeFilesAsync((await PartitionTableReader.ReadAsync(now, Stop)).Partitions[0], async (files, _) =>
        {
            await change(files);
            return "";
        }, Stop);

    /// <summary>Changes the partition table of the image, and makes the disk of now anew on it; the one before keeps what it had.</summary>
    private async Task OnTableAsync(params IReadOnlyList<string>[] changes)
    {
        File.Copy(folder["disk.raw"], folder["was.raw"]);
        await SampleDisk.RunAsync("qemu-img", ["rebase", "-u", "-F", "raw", "-b", folder["was.raw"], folder["before.qcow2"]], Stop);
        foreach (var change in changes)
            await SampleDisk.RunAsync("sfdisk", ["--quiet", "--no-reread", .. change], Stop);
    }
}
