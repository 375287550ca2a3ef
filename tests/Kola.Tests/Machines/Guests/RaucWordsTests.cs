using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Images.Releases;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class RaucWordsTests
{
    private static readonly RaucGuest Guest = new();

    [TestCase("flipped", RefusalReason.Corrupt, RefusalReason.PartialTransfer)]
    [TestCase("server-dies", RefusalReason.Corrupt, RefusalReason.PartialTransfer)]
    [TestCase("truncated", RefusalReason.Corrupt, RefusalReason.Truncated, RefusalReason.PartialTransfer)]
    [TestCase("foreign", RefusalReason.ForeignSignature)]
    [TestCase("mismatch", RefusalReason.WrongProduct)]
    [TestCase("toobig", RefusalReason.NoSpace)]
    [TestCase("server-gone", RefusalReason.Unreachable)]
    [TestCase("busy", RefusalReason.Busy)]
    [TestCase("missing")]
    [TestCase("ok")]
    public void What_the_tool_printed_means_these_reasons_and_no_others(string recording, params RefusalReason[] reasons) =>
        Guest.Refusals.Keys.Where(reason => Guest.Means(RecordedUpdates.Report("rauc", $"install-{recording}.txt"), reason)).Should().BeEquivalentTo(reasons);

    [Test]
    public void A_changed_manifest_is_a_signature_of_something_else() =>
        Guest.Means(new(1, "LastError: signature verification failed: error:… CMS routines::verification failure"), RefusalReason.WrongSignature).Should().BeTrue();

    [Test]
    public void A_bundle_carries_its_signature_and_its_hashes()
    {
        Guest.Served(ArtifactRole.Signature, null).Should().BeNull();
        Guest.Served(ArtifactRole.Hashes, null).Should().BeNull();
        Guest.Served(ArtifactRole.Payload, null).Should().Be("*.raucb");
        Guest.Holding(ArtifactRole.Signature, null).Should().Be("*.raucb");
        Guest.Holding(ArtifactRole.Hashes, null).Should().BeNull();
    }

    [Test]
    public void A_bundle_that_the_images_own_handler_refuses_is_another_release_than_it_is_called() =>
        Guest.Refusals.Keys.Where(reason => Guest.Means(RecordedUpdates.Report("rauc", "install-older.txt"), reason)).Should().BeEquivalentTo([RefusalReason.Swapped, RefusalReason.Downgrade]);

    [Test]
    public void A_release_that_has_one_file_of_the_kind_names_it()
    {
        var bundle = new ReleaseArtifact("update-41.bin", "bundle", 1, new('0', 64));
        var release = new ReleaseManifest
        {
            Schema = 1,
            Image = "a",
            Version = "41",
            Architecture = "x86_64",
            Firmware = "uefi",
            Disk = new("disk.raw", "raw", new('0', 64), 1),
            Artifacts = [bundle],
        };

        Guest.Served(ArtifactRole.Payload, release).Should().Be("update-41.bin");
        Guest.Served(ArtifactRole.Payload, release with { Artifacts = [bundle, bundle with { File = "other.raucb" }] }).Should().Be("*.raucb");
    }
}
