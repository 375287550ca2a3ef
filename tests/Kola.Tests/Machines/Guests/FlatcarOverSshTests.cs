using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using Kola.Tests.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>The adapter against a scripted guest over real SSH: its questions are run by a real shell, and programs of its system answer as Flatcar's do.</summary>
internal sealed class FlatcarOverSshTests
{
    private static readonly FlatcarGuest Guest = new();

    private SshServer server = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        server = await SshServer.StartWithProgramsAsync();
        // Only what it asks for is answered: a question in other words fails.
        Program("lsblk", """echo 'PKNAME="vda" PARTLABEL="EFI-SYSTEM"'; echo 'PKNAME="vda" PARTLABEL="USR-A"'; echo 'PKNAME="vda" PARTLABEL="USR-B"'""", "-Pno PKNAME,PARTLABEL");
        Program("sfdisk", $"cat {Path.Combine(Recordings, "sfdisk-staged.json")}", "--json /dev/vda");
    }

    [TearDown]
    public async Task Clean()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    private static string Recordings => Path.Combine(Checkout.Root, "tests", "Kola.Tests", "Machines", "Guests", "recordings", "flatcar");

    [Test]
    public async Task An_update_ends_with_the_clients_output_and_the_daemons_journal_since_it_began()
    {
        Program("update_engine_client", "echo CURRENT_OP=UPDATE_STATUS_IDLE; echo 'Update failed.' >&2; exit 1", "-update");
        Program("journalctl", """
            case "$*" in
              *--show-cursor*) echo '-- cursor: s=here' ;;
              *--after-cursor=s=here*) echo 'payload_state.cc:213] Updating payload state for error code: 10 (kActionCodePayloadHashMismatchError)' ;;
              *) exit 3 ;;
            esac
            """);

        var report = await Guest.UpdateAsync(server.Ssh, TimeSpan.FromMinutes(1), Stop);

        report.ExitCode.Should().Be(1);
        report.Output.Should().Contain("Update failed.").And.Contain("error code: 10");
        Guest.Means(report, RefusalReason.Corrupt).Should().BeTrue();
        Guest.Means(report, RefusalReason.ServerError).Should().BeFalse();
    }

    [Test]
    public async Task An_installed_update_is_no_failure()
    {
        Program("update_engine_client", "echo CURRENT_OP=UPDATE_STATUS_UPDATED_NEED_REBOOT; echo NEW_VERSION=0.0.0.0", "-update");
        Program("journalctl", "echo '-- cursor: s=here'");

        (await Guest.UpdateAsync(server.Ssh, TimeSpan.FromMinutes(1), Stop)).ExitCode.Should().Be(0);
    }

    [Test]
    public async Task Rolling_back_gives_the_other_slot_the_highest_priority()
    {
        Program("lsblk", """
            case "$*" in
              '-Pno PKNAME,PARTLABEL') echo 'PKNAME="vda" PARTLABEL="USR-A"' ;;
              '-dno PARTUUID /dev/disk/by-partlabel/USR-A') echo aaaa-not-in-any-command-line ;;
              '-dno PARTUUID /dev/disk/by-partlabel/USR-B') echo bbbb-not-in-any-command-line ;;
              *) exit 3 ;;
            esac
            """);
        Program("mount", "mkdir -p /run/kola-slot/lib; echo \"VERSION_ID=4${3##*USR-}\" | tr AB 01 > /run/kola-slot/lib/os-release");
        Program("umount", "rm -r /run/kola-slot/lib", "/run/kola-slot");
        Program("cgpt", $"echo \"$*\" > {server.Folder}/said");
        Program("readlink", "echo /dev/vda4", "-f /dev/disk/by-partlabel/USR-B");

        var installed = await Guest.InstalledAsync(server.Ssh, Stop);
        await Guest.RollBackAsync(server.Ssh, "41", Stop);

        installed.Select(slot => (slot.Slot, slot.Version, slot.Entry)).Should().Equal(("A", "40", "USR-A"), ("B", "41", "USR-B"));
        (await Guest.TriesAsync(server.Ssh, Stop)).Should().Equal(new Dictionary<string, TryCount> { ["41"] = new(1, 0) });
        (await File.ReadAllTextAsync(Path.Combine(server.Folder, "said"), Stop)).Should().Be("prioritize /dev/vda4\n");
        var unknown = () => Guest.RollBackAsync(server.Ssh, "99", Stop);
        await unknown.Should().ThrowAsync<Kola.Machines.GuestException>().WithMessage("*release 99 is not installed*");
    }

    /// <param name="expected">Its arguments; with others it ends with 3. <see langword="null"/>: any.</param>
    private void Program(string name, string script, string? expected = null) =>
        server.AddProgram(name, $"{(expected is null ? "" : $"[ \"$*\" = '{expected}' ] || {{ echo \"$0 $*\" >&2; exit 3; }}\n")}{script}");
}
