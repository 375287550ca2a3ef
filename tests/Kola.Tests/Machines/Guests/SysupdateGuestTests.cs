using FluentAssertions;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[TestFixture]
public sealed class SysupdateGuestTests
{
    /// <summary>As printed by the reference OS, release 1, after its first boot.</summary>
    private const string Partitions = """
        NAME="sr0" PKNAME="" PARTN="" PARTTYPE="" PARTUUID=""
        NAME="vda" PKNAME="" PARTN="" PARTTYPE="" PARTUUID=""
        NAME="vda1" PKNAME="vda" PARTN="1" PARTTYPE="c12a7328-f81f-11d2-ba4b-00a0c93ec93b" PARTUUID="862e84df-19b7-4275-85b1-4a1c62a25533"
        NAME="vda2" PKNAME="vda" PARTN="2" PARTTYPE="77ff5f63-e7b6-4633-acf4-1565b864c0e6" PARTUUID="799fb671-cc4d-115f-8e40-d28353fe5825"
        NAME="usr" PKNAME="vda2" PARTN="" PARTTYPE="" PARTUUID=""
        NAME="vda3" PKNAME="vda" PARTN="3" PARTTYPE="8484680c-9521-48c6-9c11-b0720656f69e" PARTUUID="0bc7aeac-c7c7-5215-7eca-37bdedb5febc"
        NAME="usr" PKNAME="vda3" PARTN="" PARTTYPE="" PARTUUID=""
        NAME="vda4" PKNAME="vda" PARTN="4" PARTTYPE="77ff5f63-e7b6-4633-acf4-1565b864c0e6" PARTUUID="39629183-b8c4-4a8c-8a08-ba5b5629e771"
        NAME="vda5" PKNAME="vda" PARTN="5" PARTTYPE="8484680c-9521-48c6-9c11-b0720656f69e" PARTUUID="16075c9e-dbee-4111-ad7e-a0be643f7a4e"
        NAME="vdb1" PKNAME="vdb" PARTN="1" PARTTYPE="8484680c-9521-48c6-9c11-b0720656f69e" PARTUUID="ffffffff-dbee-4111-ad7e-a0be643f7a4e"
        """;

    [TestCase("usrhash=0bc7aeacc7c752157eca37bdedb5febc799fb671cc4d115f8e40d28353fe5825 rw quiet\n", "A")]
    [TestCase("rw usrhash=16075c9edbee4111ad7ea0be643f7a4e799fb671cc4d115f8e40d28353fe5825\n", "B")]
    [TestCase("rw usrhash=00000000000000000000000000000000799fb671cc4d115f8e40d28353fe5825\n", null)]
    [TestCase("rw quiet\n", null)]
    public void The_slot_is_the_rank_of_the_running_usr_partition(string commandLine, string? slot) =>
        SysupdateGuest.Slot(commandLine, Partitions).Should().Be(slot);

    [TestCase("", "clean", true, null)]
    [TestCase("/EFI/Linux/kola-os_2+2-1.efi", "good", true, null)]
    [TestCase("/EFI/Linux/kola-os_2+2-1.efi", "indeterminate", false, 2)]
    [TestCase("/EFI/Linux/kola-os_2+3.efi", "indeterminate", false, 3)]
    [TestCase("/EFI/Linux/kola-os_2+0-3.efi", "bad", false, 0)]
    public void The_assessment_is_systemds_own(string countPath, string word, bool markedGood, int? triesLeft) =>
        SysupdateGuest.Assessment("kola-os_2.efi", countPath, word).Should().Be(new BootAssessment(markedGood, triesLeft, "kola-os_2.efi"));

    /// <summary>As sfdisk printed it on the reference OS, release 1, with 2 staged; what does not matter left out.</summary>
    private const string Table = """
        {"partitiontable": {"label": "gpt", "device": "/dev/vda", "unit": "sectors", "partitions": [
          {"node": "/dev/vda1", "type": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "uuid": "862E84DF-19B7-4275-85B1-4A1C62A25533", "name": "esp"},
          {"node": "/dev/vda2", "type": "77FF5F63-E7B6-4633-ACF4-1565B864C0E6", "uuid": "E951A85D-E8D2-F866-B8AB-FDC4EE579CA3", "name": "kola-os_1_verity"},
          {"node": "/dev/vda3", "type": "8484680C-9521-48C6-9C11-B0720656F69E", "uuid": "039FE98D-4BC1-85EE-480E-2CC593263B6A", "name": "kola-os_1"},
          {"node": "/dev/vda4", "type": "77FF5F63-E7B6-4633-ACF4-1565B864C0E6", "uuid": "6219EBB9-C0A2-FC61-FE51-1A6707254D9A", "name": "SECOND_verity"},
          {"node": "/dev/vda5", "type": "8484680C-9521-48C6-9C11-B0720656F69E", "uuid": "E9638796-2767-8A67-9DB5-C5E264660827", "name": "SECOND"},
          {"node": "/dev/vda6", "type": "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "uuid": "A4B9C1F0-0000-0000-0000-000000000000"}]}}
        """;

    [TestCase("kola-os_2", "2", "kola-os_2+3-0.efi", "kola-os_2+3-0.efi")]
    [TestCase("kola-os_2", "2", "kola-os_2.efi", "kola-os_2.efi")]
    [TestCase("kola-os_2", "2", "kola-os_22.efi", null)]
    [TestCase("_empty", null, "kola-os_2.efi", null)]
    public void What_is_installed_is_told_by_the_disk(string label, string? version, string file, string? entry) =>
        SysupdateGuest.Installed(Table.Replace("SECOND", label, StringComparison.Ordinal), ["kola-os_1.efi", file]).Should().Equal(
            new InstalledRelease("A", "1", "039fe98d-4bc1-85ee-480e-2cc593263b6a", "kola-os_1.efi"),
            new InstalledRelease("B", version, "e9638796-2767-8a67-9db5-c5e264660827", entry));

    /// <summary>The types as systemd 260 derives them, the labels as the Discoverable Partitions Specification reserves them.</summary>
    [TestCase("8484680c-9521-48c6-9c11-b0720656f69e", "PRT#kola-os_2", "partial")]
    [TestCase("8484680c-9521-48c6-9c11-b0720656f69e", "PND#kola-os_2", "pending")]
    [TestCase("dc0226f3-2b45-4572-844b-c7575b748b24", "kola-os_2", "partial")]
    [TestCase("ac8558b5-455e-4869-8c5e-d8272455c06a", "kola-os_2", "pending")]
    public void What_is_being_written_is_not_installed(string type, string label, string unfinished)
    {
        var table = Table.Replace("SECOND", label, StringComparison.Ordinal).Replace("8484680C-9521-48C6-9C11-B0720656F69E\", \"uuid\": \"E963", $"{type}\", \"uuid\": \"E963", StringComparison.Ordinal);

        SysupdateGuest.Installed(table, ["kola-os_1.efi", "kola-os_2+3.efi"]).Should().Equal(
            new InstalledRelease("A", "1", "039fe98d-4bc1-85ee-480e-2cc593263b6a", "kola-os_1.efi"),
            new InstalledRelease("B", null, "e9638796-2767-8a67-9db5-c5e264660827", null) { Unfinished = unfinished });
    }

    [TestCase("dc0226f3-2b45-4572-844b-c7575b748b24")]
    [TestCase("ac8558b5-455e-4869-8c5e-d8272455c06a")]
    public void The_running_slot_keeps_its_name_while_the_one_before_it_is_written(string type) =>
        SysupdateGuest.Slot(
            "usrhash=16075c9edbee4111ad7ea0be643f7a4e799fb671cc4d115f8e40d28353fe5825",
            Partitions.Replace("8484680c-9521-48c6-9c11-b0720656f69e\" PARTUUID=\"0bc7", $"{type}\" PARTUUID=\"0bc7", StringComparison.Ordinal)).Should().Be("B");

    [TestCase("kola-os_2.efi", "kola-os_2.efi")]
    [TestCase("kola-os_2+3.efi", "kola-os_2[.+]*")]
    [TestCase("kola-os_2+2-1.efi", "kola-os_2[.+]*")]
    public void An_entry_is_pinned_by_what_the_boot_loader_does_not_rename(string entry, string pinned) =>
        SysupdateGuest.Pin(entry, ["kola-os_1.efi", "kola-os_22.efi", entry]).Should().Be(pinned);

    [Test]
    public void An_entry_that_cannot_be_told_from_another_is_not_pinned() =>
        FluentActions.Invoking(() => SysupdateGuest.Pin("kola-os_2+3.efi", ["kola-os_2.1.efi", "kola-os_2+3.efi"]))
            .Should().Throw<Kola.Machines.InputException>().WithMessage("*kola-os_2+3.efi alone*kola-os_2.1.efi*");

    [TestCase("", "dirty")]
    [TestCase("/EFI/Linux/kola-os_2.efi", "indeterminate")]
    [TestCase("", "Failed to open")]
    public void A_word_that_does_not_fit_is_no_assessment(string countPath, string word) =>
        SysupdateGuest.Assessment("", countPath, word).Should().BeNull();
}
