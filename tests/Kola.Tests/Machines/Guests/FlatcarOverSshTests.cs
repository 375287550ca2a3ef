using CliWrap;
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

    [TestCase("GUID:49,52", false, 1)]
    [TestCase("GUID:49,52,56", true, null)]
    public async Task What_runs_is_told_by_the_kernel_s_command_line_and_whether_it_is_good_by_its_slot(string attributes, bool good, int? left)
    {
        var table = await File.ReadAllTextAsync(Path.Combine(Recordings, "sfdisk-staged.json"), Stop);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "table"), table.Replace("GUID:49,52", attributes, StringComparison.Ordinal), Stop);
        Program("sfdisk", $"cat {server.Folder}/table", "--json /dev/vda");
        Started("BOOT_IMAGE=/flatcar/vmlinuz-b mount.usr=/dev/mapper/usr verity.usr=PARTUUID=e03dd35c-7c2d-4a47-b3fe-27f15780a57c rootflags=rw");

        var release = await Guest.ReleaseAsync(server.Ssh, Stop);

        (release.Version, release.Slot).Should().Be(("4152.2.0", "B"));
        (await Guest.AssessmentAsync(server.Ssh, Stop)).Should().Be(new BootAssessment(good, left, "USR-B"));
    }

    [Test]
    public async Task A_kernel_that_was_told_of_no_slot_is_the_wrong_adapter_s()
    {
        Started("root=LABEL=ROOT");

        var assess = () => Guest.AssessmentAsync(server.Ssh, Stop);

        await assess.Should().ThrowAsync<Kola.Machines.GuestException>().WithMessage("*root=LABEL=ROOT*check that the image's adapter is the right one*");
    }

    [TestCase("GROUP=beta\nSERVER=https://elsewhere.test/v1/update/\nREBOOT_STRATEGY=reboot\n", "GROUP=beta\nSERVER=http://10.0.2.100:8080/v1/update/\nREBOOT_STRATEGY=off\n")]
    [TestCase("SERVER=https://elsewhere.test/v1/update/\n", "SERVER=http://10.0.2.100:8080/v1/update/\nREBOOT_STRATEGY=off\nGROUP=stable\n")]
    [TestCase(null, "SERVER=http://10.0.2.100:8080/v1/update/\nREBOOT_STRATEGY=off\nGROUP=stable\n")]
    public async Task Updates_come_from_Kola_for_the_machine_s_own_group_and_nothing_reboots_by_itself(string? before, string after)
    {
        var etc = await WithAnEtcOfItsOwnAsync();
        if (before is not null)
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(etc, "flatcar")).FullName, "update.conf"), before, Stop);
        Program("sed", """case "$*" in *share/flatcar/update.conf) echo GROUP=stable ;; *) exec /bin/sed "$@" ;; esac""");
        Program("systemctl", $"echo \"$*\" > {server.Folder}/said");

        await Guest.PointAsync(server.Ssh, new Uri("http://10.0.2.100:8080/"), Stop);

        (await File.ReadAllTextAsync(Path.Combine(etc, "flatcar", "update.conf"), Stop)).Should().Be(after);
        (await File.ReadAllTextAsync(Path.Combine(server.Folder, "said"), Stop)).Should().Be("mask --quiet --now locksmithd.service\n");
    }

    /// <summary>Commands find another folder at /etc, which holds what the host's does.</summary>
    /// <returns>The folder.</returns>
    private async Task<string> WithAnEtcOfItsOwnAsync()
    {
        var etc = Path.Combine(server.Folder, "etc");
        // Whoever is not root reads not all of it, and needs no more.
        await Cli.Wrap("cp").WithArguments(["-a", "/etc", etc]).WithValidation(CommandResultValidation.None).ExecuteAsync(Stop);
        server.AddProgram("inside", $"exec unshare $([ $(id -u) = 0 ] || echo --user --map-root-user) --mount sh -c 'mount --bind {etc} /etc && exec sh -c \"$SSH_ORIGINAL_COMMAND\"'");
        server.Options = $"ForceCommand {server.Folder}/bin/inside";
        await server.StopAsync();
        await server.StartProcessAsync();
        return etc;
    }

    /// <summary>The guest is a Flatcar that the kernel was told to start so.</summary>
    private void Started(string commandLine) => Program("cat", $"""
        case "$1" in
          /etc/os-release) printf 'ID=flatcar\nVERSION_ID=4152.2.0\nPRETTY_NAME="Flatcar"\n' ;;
          /proc/cmdline) echo '{commandLine}' ;;
          *) exec /bin/cat "$@" ;;
        esac
        """);

    /// <param name="expected">Its arguments; with others it ends with 3. <see langword="null"/>: any.</param>
    private void Program(string name, string script, string? expected = null) =>
        server.AddProgram(name, $"{(expected is null ? "" : $"[ \"$*\" = '{expected}' ] || {{ echo \"$0 $*\" >&2; exit 3; }}\n")}{script}");
}
