using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

[Parallelizable(ParallelScope.All)]
public sealed class RaucStatusTests
{
    private const string Configuration = """
        [system]
        compatible=rauc-os-x86_64
        # A comment, and a section without a bootname.
        [slot.appfs.0]
        device=/dev/disk/by-partlabel/app
        [slot.rootfs.0]
        device=/dev/disk/by-partlabel/root-A
        bootname=A

        [slot.rootfs.1]
        device=/dev/disk/by-partlabel/root-B
        bootname = B
        """;

    private const string Status = """
        [slot.rootfs.0]
        bundle.version=1
        status=ok
        sha256=5E82B50867
        size=220598272

        [slot.rootfs.1]
        bundle.version=2
        status=failed
        sha256=ab
        size=100

        [slot.appfs.0]
        status=ok
        sha256=cd
        size=100
        """;

    [Test]
    public void A_slot_that_was_installed_whole_has_the_digest_of_then() =>
        RaucStatus.Digests(Configuration, Status).Should().Equal(new Dictionary<string, ContentDigest> { ["A"] = new("5e82b50867", 220598272) });

    [TestCase("status=failed", "status=ok", true)]
    [TestCase("size=100", "size=100\nstatus=ok", true)]
    [TestCase("size=100", "size=many\nstatus=ok", false)]
    [TestCase("sha256=ab", "status=ok", false)]
    public void Only_one_that_is_whole_and_whose_digest_and_size_are_known_can_be_compared(string old, string other, bool has) =>
        RaucStatus.Digests(Configuration, Status.Replace(old, other, StringComparison.Ordinal)).ContainsKey("B").Should().Be(has);

    [Test]
    public void Where_nothing_was_installed_there_is_nothing_to_compare_with() => RaucStatus.Digests(Configuration, "").Should().BeEmpty();
}
