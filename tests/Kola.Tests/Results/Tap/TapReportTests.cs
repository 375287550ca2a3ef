using FluentAssertions;
using Kola.Results.Gate;
using Kola.Results.Tap;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Tap;

public sealed class TapReportTests
{
    private static readonly Dictionary<string, QuarantineEntry> None = [];

    [Test]
    public async Task Scenarios_are_points_their_steps_a_subtest_and_a_run_without_an_end_bails_out()
    {
        using var run = await RecordedFolder.MakeAsync();

        var tap = TapReport.Of(run.Story, None);

        tap.Should().StartWith("TAP version 14\n1..6\n# Kola run run-1\n# Subtest: boot.good\n    1..3\n    ok 1 - bring up node\n      ---\n      duration_ms: ")
            .And.EndWith("Bail out! the run did not finish\n");
        tap.Should().Contain("\n    not ok 2 - step 1: first (node)\n").And.Contain("      message: \"the console showed | a panic\"\n      at: \"scenarios/update/bad.yaml:9:5\"\n");
        tap.Should().Contain("\nnot ok 3 - update.bad\n  ---\n").And.Contain("  reproduce: \"ci/kola run 'update.bad' --seed 7\"\n");
    }

    [Test]
    public async Task What_was_not_tried_is_not_ok_and_only_what_does_not_apply_is_skipped()
    {
        using var run = await RecordedFolder.MakeAsync();
        var story = run.Story;

        TapReport.Of(story, None).Should().Contain("\nnot ok 5 - update.untried\n").And.NotContain("SKIP");

        story = story with { Scenarios = [.. story.Scenarios.Select(s => s.Plan.Id == "update.untried" ? s with { Plan = s.Plan with { NotApplicable = "it needs #uefi" } } : s)] };
        TapReport.Of(story, None).Should().Contain("\nok 5 - update.untried # SKIP it needs #uefi\n");
    }

    [Test]
    public async Task What_is_in_quarantine_is_a_TODO_also_where_it_passes_again()
    {
        using var run = await RecordedFolder.MakeAsync();

        var tap = TapReport.Of(run.Story, new Dictionary<string, QuarantineEntry> { ["update.bad"] = RecordedFolder.Quarantine, ["boot.good"] = RecordedFolder.Quarantine, ["update.untried"] = RecordedFolder.Quarantine });

        tap.Should().Contain("\nnot ok 3 - update.bad # TODO in quarantine until 2026-11-30: the loader is slow\n").And.Contain("\nok 1 - boot.good # TODO in quarantine");
        tap.Should().Contain("\nnot ok 5 - update.untried\n", "a quarantine does not excuse that nobody looked");
    }
}
