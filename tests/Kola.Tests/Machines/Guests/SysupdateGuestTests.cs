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

    [TestCase("", "dirty")]
    [TestCase("/EFI/Linux/kola-os_2.efi", "indeterminate")]
    [TestCase("", "Failed to open")]
    public void A_word_that_does_not_fit_is_no_assessment(string countPath, string word) =>
        SysupdateGuest.Assessment("", countPath, word).Should().BeNull();
}
