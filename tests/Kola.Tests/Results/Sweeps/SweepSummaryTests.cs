using FluentAssertions;
using Kola.Results.Sweeps;
using NUnit.Framework;

namespace Kola.Tests.Results.Sweeps;

internal sealed class SweepSummaryTests
{
    private static readonly SweepCounts Good = new(1702, 238, 0, 0, 0);

    [Test]
    public void A_sweep_in_which_all_boot_is_told_in_one_sentence() =>
        Summary(Good).Sentence.Should().Be("of 1,940 states that a power cut can leave behind, all boot: 1,702 the old release 1, 238 the new one 2; none neither");

    [Test]
    public void States_that_do_not_boot_come_first_in_the_sentence() =>
        Summary(new(1699, 238, 1, 1, 1)).Sentence.Should().StartWith("of 1,940 states that a power cut can leave behind, 3 do not boot as they must: 1 boot the old release after the update was reported as done, 1 start a release that is not whole, 1 find none;");

    [Test]
    public void It_is_read_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var summary = Summary(Good);

        summary.Write(folder[SweepSummary.FileName]);

        SweepSummary.Read(folder[SweepSummary.FileName]).Should().BeEquivalentTo(summary);
    }

    [Test]
    public void A_file_that_is_something_else_is_refused()
    {
        using var folder = new TemporaryFolder();

        FluentActions.Invoking(() => SweepSummary.Read(folder.Write("sweep.json", "{}"))).Should().Throw<InvalidDataException>().WithMessage("*is not the result of a sweep*");
    }

    [Test]
    public void The_picture_has_a_block_for_each_outcome_of_each_window_and_the_sentence()
    {
        var picture = SweepSvg.Of(Summary(new(1700, 238, 0, 2, 0)));

        var titles = picture.Descendants().Where(element => element.Name.LocalName == "title").Select(element => element.Value).ToList();
        titles.Should().Equal(
            "before flush 0 (entries 0 to 9, 9 writes, 64 of 5.12e+2 subsets): 1700 of 1700 states: the old release boots",
            "before flush 1 (entries 10 to 19, 3 writes): 238 of 240 states: the new release boots",
            "before flush 1 (entries 10 to 19, 3 writes): 2 of 240 states: a release that is not whole is started");
        picture.ToString().Should().Contain("2 do not boot as they must").And.Contain("the update tool is done");
    }

    internal static SweepSummary Summary(SweepCounts outcomes) => new()
    {
        Adapter = "systemd-sysupdate",
        Old = "1",
        New = "2",
        Seed = 1,
        Recording = "/runs/a",
        Entries = 20,
        Flushes = 2,
        LogBytes = 4 << 20,
        UpdateEntries = 15,
        UpdateSeconds = 17.25,
        States = outcomes.Sum,
        Judged = 100,
        JudgeSeconds = 1.5,
        Outcomes = outcomes,
        Windows = [new(0, 0, 10, 9, 64, 512, new(outcomes.Old, 0, 0, 0, 0)), new(1, 10, 20, 3, 8, 8, new(0, outcomes.New, outcomes.Undone, outcomes.Damaged, outcomes.Neither))],
        Classes = [],
    };
}
