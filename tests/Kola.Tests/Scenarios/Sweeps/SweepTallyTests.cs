using FluentAssertions;
using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;
using Kola.Scenarios.Live;
using Kola.Scenarios.Steps.Power;
using Kola.Scenarios.Sweeps;
using Kola.Tests.Results.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Sweeps;

internal sealed class SweepTallyTests
{
    private static readonly JudgedState[] Judged =
    [
        State(0, 0, BootOutcome.Old, "1", equal: 4),
        State(1, 0, BootOutcome.Old, "1", equal: 0),
        State(2, 1, BootOutcome.New, "2", equal: 0),
        State(3, 1, BootOutcome.Damaged, "2", equal: 1, damage: "3 blocks"),
    ];

    [Test]
    public void States_that_are_the_same_disk_count_each() => new SweepTally(Judged).Outcomes.Should().Be(new SweepCounts(6, 1, 0, 2, 0));

    [Test]
    public void Each_window_has_its_own_states() =>
        new SweepTally(Judged).Windows([new(0, 0, 5, 4, 0, 2, 16, 16), new(1, 5, 9, 3, 2, 2, 8, 8)]).Select(window => window.Counts).Should().Equal(new SweepCounts(6, 0, 0, 0, 0), new SweepCounts(0, 1, 0, 2, 0));

    [Test]
    public void Classes_come_in_the_order_in_which_they_tell_most()
    {
        var classes = new SweepTally(Judged).Classes();

        classes.Select(one => (one.Outcome, one.States, one.Example)).Should().Equal(("damaged", 2, 3), ("new", 1, 2), ("old", 6, 0));
        classes[0].Damage.Should().Be("3 blocks");
    }

    [Test]
    public void A_sweep_without_a_bad_state_passes_and_says_what_was_not_tried() =>
        SweepStep.Judge(Summary(new SweptClass("a", "old", "1", null, 6, 0, "nothing arrived") { Booted = "release 1 is ready" }, new SweptClass("b", "new", "2", null, 1, 2, "cut")))
            .Should().Contain("all boot").And.EndWith("(100 different disks in 2 classes, 1 of them booted, 1 not tried)");

    [Test]
    public void A_bad_state_fails_with_its_number_and_how_to_look_into_it() =>
        FluentActions.Invoking(() => SweepStep.Judge(Summary(new SweptClass("a", "damaged", "2", "3 blocks", 2, 217, "cut before flush 4")))).Should().Throw<StepFailedException>()
            .WithMessage("*state 217 (one of 2), cut before flush 4: 3 blocks*kola sweep RUN --state 217*");

    [Test]
    public void A_state_that_looks_good_and_boots_something_else_fails() =>
        FluentActions.Invoking(() => SweepStep.Judge(Summary(new SweptClass("a", "old", "1", null, 2, 9, "cut") { Booted = "wrong: release 2 runs, expected 1" }))).Should().Throw<StepFailedException>()
            .WithMessage("*state 9 (one of 2), cut: wrong: release 2 runs*");

    private static SweepSummary Summary(params SweptClass[] classes) => SweepSummaryTests.Summary(new(6, 1, 0, 0, 0)) with { Classes = classes };

    private static JudgedState State(int number, int flush, BootOutcome outcome, string chosen, int equal, string? damage = null) =>
        new(new(number, CrashKind.Prefix, flush, number, [], null), outcome, new(chosen, damage, null, $"entries of {chosen}"), []) { Equal = equal };
}
