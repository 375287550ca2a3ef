using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

internal sealed class GrubEnvironmentTests
{
    [TestCase("grubenv-first-boot", "A B", true, 0, false, 0)]
    [TestCase("grubenv-staged", "B A", true, 0, true, 0)]
    [TestCase("grubenv-failed", "B A", false, 0, true, 0)]
    [TestCase("grubenv-trying", "A B", true, 1, true, 0)]
    [TestCase("grubenv-used-up", "A B", true, 3, true, 3)]
    public void The_block_says_which_slots_are_started_and_in_which_order(string recording, string order, bool a, int triesA, bool b, int triesB)
    {
        var environment = GrubEnvironment.Parse(RaucRecordings.Bytes(recording))!;

        string.Join(' ', environment.Order).Should().Be(order);
        (environment.IsOk("A"), environment.Tries("A")).Should().Be((a, triesA));
        (environment.IsOk("B"), environment.Tries("B")).Should().Be((b, triesB));
    }

    [Test]
    public void What_is_cut_short_or_overwritten_is_no_block_to_GRUB()
    {
        var whole = RaucRecordings.Bytes("grubenv-staged");
        whole.Should().HaveCount(GrubEnvironment.Length);

        GrubEnvironment.Parse([]).Should().BeNull();
        GrubEnvironment.Parse(whole.AsSpan(0, 512)).Should().BeNull();
        GrubEnvironment.Parse(new byte[GrubEnvironment.Length]).Should().BeNull();
    }

    [Test]
    public void A_slot_that_the_block_does_not_count_has_no_tries()
    {
        var environment = GrubEnvironment.OfList("ORDER=B A\nA_OK=1\nA_TRY=\n");

        environment.Tries("A").Should().BeNull();
        environment.Tries("B").Should().BeNull();
        environment.IsOk("B").Should().BeFalse();
    }

    [Test]
    public void A_value_that_is_set_is_read_back_from_a_whole_block_and_the_others_stay()
    {
        var block = GrubEnvironment.OfList("ORDER=B A\nA_OK=1\nB_OK=1\nB_TRY=0\n").With("B_TRY", "2").ToBlock();

        block.Should().HaveCount(GrubEnvironment.Length);
        GrubEnvironment.Parse(block)!.Values.Should().Equal(new Dictionary<string, string> { ["ORDER"] = "B A", ["A_OK"] = "1", ["B_OK"] = "1", ["B_TRY"] = "2" });
    }

    [Test]
    public void Values_that_do_not_fit_into_the_block_are_refused() =>
        FluentActions.Invoking(() => GrubEnvironment.OfList("").With("X", new('x', GrubEnvironment.Length)).ToBlock()).Should().Throw<GuestException>().WithMessage("*1024 bytes*");
}
