using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>What the adapter reads from a Flatcar's answers.</summary>
internal sealed class FlatcarGuestTests
{
    private const string A = "7130c94a-213a-4e5a-8e26-6cce9662f132", B = "e03dd35c-7c2d-4a47-b3fe-27f15780a57c";

    [TestCase("BOOT_IMAGE=/flatcar/vmlinuz-a mount.usr=/dev/mapper/usr verity.usr=PARTUUID=" + A + " rootflags=rw", "A")]
    [TestCase("BOOT_IMAGE=/flatcar/vmlinuz-b mount.usr=PARTUUID=" + B + " consoleblank=0", "B")]
    [TestCase("usr=PARTUUID=E03DD35C-7C2D-4A47-B3FE-27F15780A57C", "B")]
    [TestCase("root=LABEL=ROOT verity.usr=PARTUUID=00000000-0000-0000-0000-000000000000", null)]
    [TestCase("root=LABEL=ROOT", null)]
    public void The_slot_is_the_partition_that_the_kernel_was_told_to_mount_as_usr(string commandLine, string? slot) =>
        FlatcarGuest.Slot(commandLine, Table("", "")).Should().Be(slot);

    [TestCase("GUID:49,56", true, null)]
    [TestCase("GUID:49", false, 0)]
    [TestCase("GUID:49,52", false, 1)]
    public void A_release_is_good_when_its_slot_is_marked_successful_and_on_trial_before(string attributes, bool good, int? left) =>
        FlatcarGuest.Assessment($"verity.usr=PARTUUID={B}", Table("GUID:48,56", attributes)).Should().Be(new BootAssessment(good, left, "USR-B"));

    [Test]
    public void A_kernel_that_mounts_no_slot_is_not_assessed() => FlatcarGuest.Assessment("root=LABEL=ROOT", Table("", "")).Should().BeNull();

    [Test]
    public void Each_slot_holds_what_its_own_os_release_says_and_is_an_entry_while_GRUB_would_start_it()
    {
        FlatcarGuest.Installed(Answer("GUID:48,56", "GUID:49,52", "4100.0.0")).Should().Equal(
            new InstalledRelease("A", "4000.0.0", "aaaaaaaa", "USR-A"), new InstalledRelease("B", "4100.0.0", "bbbbbbbb", "USR-B"));
        FlatcarGuest.Installed(Answer("GUID:48,56", "GUID:49", "4100.0.0"))[1].Entry.Should().BeNull("it has no tries left and was never marked good");
        FlatcarGuest.Installed(Answer("GUID:48,56", "", null))[1].Should().Be(new InstalledRelease("B", null, "bbbbbbbb", null));
    }

    [Test]
    public void A_release_on_trial_has_one_try()
    {
        FlatcarGuest.Tries(Answer("GUID:48,56", "GUID:49,52", "4100.0.0")).Should().Equal(new Dictionary<string, TryCount> { ["4100.0.0"] = new(1, 0) });
        FlatcarGuest.Tries(Answer("GUID:48,56", "GUID:49", "4100.0.0")).Should().Equal(new Dictionary<string, TryCount> { ["4100.0.0"] = new(0, 1) });
        FlatcarGuest.Tries(Answer("GUID:48,56", "GUID:49,56", "4100.0.0")).Should().BeEmpty("both are good");
    }

    [TestCase("update-ok", 0)]
    [TestCase("no-update", 0)]
    [TestCase("error-29", 1)]
    [TestCase("error-2500", 1)]
    [TestCase("busy", 1)]
    public void The_clients_end_and_the_daemons_journal_say_together_how_an_update_ended(string recording, int exitCode)
    {
        var report = Report(recording);

        report.ExitCode.Should().Be(exitCode);
        report.Output.Should().NotContain("=====");
    }

    [TestCase("error-29", new[] { RefusalReason.Corrupt })]
    [TestCase("error-2500", new[] { RefusalReason.ServerError })]
    [TestCase("error-18", new[] { RefusalReason.Unsigned, RefusalReason.ForeignSignature, RefusalReason.WrongSignature })]
    [TestCase("busy", new[] { RefusalReason.Busy })]
    public void A_code_says_why_an_update_was_refused(string recording, RefusalReason[] reasons)
    {
        var (guest, report) = (new FlatcarGuest(), Report(recording));

        guest.Refusals.Keys.Where(reason => guest.Means(report, reason)).Should().BeEquivalentTo(reasons);
    }

    [Test]
    public void A_code_is_matched_whole() => new FlatcarGuest().Means(new(1, "Updating payload state for error code: 2 (kActionCodeOmahaRequestError)"), RefusalReason.Corrupt).Should().BeFalse();

    [Test]
    public void The_last_of_many_statuses_counts() => UpdateEngineStatus.Last(RecordedUpdates.Report("flatcar", "update-ok.txt").Output).Should().Be(new UpdateEngineStatus("UPDATED_NEED_REBOOT", "0.0.0.0"));

    private static UpdateReport Report(string recording)
    {
        var (exitCode, output) = RecordedUpdates.Report("flatcar", $"{recording}.txt");
        return FlatcarGuest.Report(exitCode, output);
    }

    private static PartitionTable Table(string a, string b) => PartitionTableReader.Parse(Json(a, b), "");

    private static string Answer(string a, string b, string? versionOfB) =>
        $"{Json(a, b)}\n=====\naaaaaaaa\nNAME=\"Flatcar Container Linux by Kinvolk\"\nVERSION_ID=4000.0.0\nBUILD_ID=2026-01-01-0000\n=====\nbbbbbbbb\n{(versionOfB is null ? "" : $"VERSION_ID={versionOfB}\n")}";

    /// <summary>As sfdisk prints the table of a running machine.</summary>
    private static string Json(string a, string b) => $$"""
        {"partitiontable": {"label": "gpt", "id": "00000000-0000-0000-0000-000000000001", "device": "/dev/vda", "unit": "sectors", "firstlba": 34, "lastlba": 17735646, "sectorsize": 512, "partitions": [
          {"node": "/dev/vda1", "start": 4096, "size": 262144, "type": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "uuid": "A1A4F3C0-0000-4000-8000-000000000001", "name": "EFI-SYSTEM", "attrs": "LegacyBIOSBootable"},
          {"node": "/dev/vda3", "start": 270336, "size": 2097152, "type": "5DFBF5F4-2848-4BAC-AA5E-0D9A20B745A6", "uuid": "{{A.ToUpperInvariant()}}", "name": "USR-A", "attrs": "{{a}}"},
          {"node": "/dev/vda4", "start": 2367488, "size": 2097152, "type": "5DFBF5F4-2848-4BAC-AA5E-0D9A20B745A6", "uuid": "{{B.ToUpperInvariant()}}", "name": "USR-B", "attrs": "{{b}}"},
          {"node": "/dev/vda9", "start": 4857856, "size": 12877791, "type": "3884DD41-8582-4404-B9A8-E9B84F2DF50E", "uuid": "A1A4F3C0-0000-4000-8000-000000000009", "name": "ROOT"}] } }
        """;
}
