using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class SysupdateWordsTests
{
    private static readonly SysupdateGuest Guest = new();

    [TestCase("bit-flip", RefusalReason.Corrupt, RefusalReason.Truncated, RefusalReason.Swapped)]
    [TestCase("truncated", RefusalReason.Corrupt, RefusalReason.Truncated, RefusalReason.Swapped)]
    [TestCase("partial", RefusalReason.Truncated, RefusalReason.PartialTransfer)]
    [TestCase("unsigned", RefusalReason.Unsigned)]
    [TestCase("empty-signature", RefusalReason.Unsigned)]
    [TestCase("foreign", RefusalReason.ForeignSignature)]
    [TestCase("no-key", RefusalReason.ForeignSignature)]
    [TestCase("rewritten", RefusalReason.WrongSignature)]
    [TestCase("no-manifest", RefusalReason.MalformedManifest)]
    [TestCase("status-503", RefusalReason.ServerError)]
    [TestCase("status-500", RefusalReason.ServerError)]
    [TestCase("no-space", RefusalReason.NoSpace)]
    [TestCase("server-gone", RefusalReason.Unreachable)]
    [TestCase("busy", RefusalReason.Busy)]
    [TestCase("ok")]
    public void What_the_tool_printed_means_these_reasons_and_no_others(string recording, params RefusalReason[] reasons) =>
        Guest.Refusals.Keys.Where(reason => Guest.Means(RecordedUpdates.Report("sysupdate", $"update-{recording}.txt"), reason)).Should().BeEquivalentTo(reasons);

    [Test]
    public void An_update_that_succeeded_was_not_refused_whatever_it_printed() =>
        Guest.Means(new(0, "DOWNLOAD INVALID: Checksum of it did not check out"), RefusalReason.Corrupt).Should().BeFalse();

    [Test]
    public void A_reason_that_the_tool_has_no_words_for_is_an_error_and_no_answer()
    {
        var ask = () => Guest.Means(new(1, "anything"), RefusalReason.Downgrade);

        ask.Should().Throw<InputException>().WithMessage("adapter systemd-sysupdate cannot tell 'downgrade' from other failures; expected one of unsigned, *");
    }

    [TestCase(ArtifactRole.Payload, "*.usr.*")]
    [TestCase(ArtifactRole.Hashes, "*.usr-verity.*")]
    [TestCase(ArtifactRole.BootEntry, "*.efi")]
    [TestCase(ArtifactRole.Manifest, "SHA256SUMS")]
    [TestCase(ArtifactRole.Signature, "SHA256SUMS.gpg")]
    public void Files_are_found_by_the_familys_patterns_where_no_release_is_known(ArtifactRole role, string pattern) => Guest.Served(role, null).Should().Be(pattern);
}
