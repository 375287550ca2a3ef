using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Markdown;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>What an exemption excuses, and when it blocks by itself.</summary>
public sealed class QuarantineTests
{
    private static readonly string[] Two = ["boot.one", "boot.two"];
    private static readonly QuarantineEntry Entry = new()
    {
        Scenario = "boot.two",
        Reason = "the loader of the test is slow",
        Tracker = "https://tracker.example/1",
        Owner = "the boot team",
        From = new(2026, 11, 20),
        Until = new(2026, 11, 30),
        Place = "ci/quarantine.yaml:5:5",
    };

    [TestCase(Outcome.Failed)]
    [TestCase(Outcome.Infrastructure)]
    public void What_is_in_quarantine_runs_is_reported_and_does_not_block(Outcome outcome)
    {
        var verdict = Judge.Of(Request(outcome, Entry));

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios[1].Should().BeEquivalentTo(new { Id = "boot.two", Blocks = false, Quarantine = Entry });
        verdict.Scenarios[1].Result.Should().NotBe(GateResult.Passed);
    }

    [Test]
    public void What_is_in_quarantine_and_passes_is_told_to_pass_again_in_every_summary()
    {
        var verdict = Judge.Of(Request(Outcome.Passed, Entry));

        verdict.Scenarios.Where(s => s.PassesAgain).Should().ContainSingle().Which.Id.Should().Be("boot.two");
        MarkdownSummary.Of(verdict, "os 2").Should().Contain("- `boot.two` passes again, though in quarantine until 2026-11-30 (the boot team, https://tracker.example/1); remove the entry at ci/quarantine.yaml:5:5");
        Judge.Of(Request(Outcome.Failed, Entry)).Scenarios.Should().NotContain(s => s.PassesAgain);
    }

    [Test]
    public void What_is_in_quarantine_must_run_all_the_same()
    {
        var run = new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).End().Run;

        Judge.Of(Recording.Request(Two, run) with { Quarantine = [Entry] }).Result.Should().Be(GateResult.NotProven);
    }

    [TestCase("2026-11-22", "expired on 2026-11-22", TestName = "Expired")]
    [TestCase("2026-12-25", "lasts 35 days, and the policy allows 30", TestName = "Over-long")]
    [TestCase("2026-11-19", "before it starts", TestName = "Ends before it begins")]
    public void An_entry_that_is_out_of_bounds_blocks_even_when_the_scenario_passes(string until, string why)
    {
        var verdict = Judge.Of(Request(Outcome.Passed, Entry with { Until = DateOnly.Parse(until) }));

        verdict.Result.Should().Be(GateResult.NotProven);
        verdict.Problems.Should().ContainSingle().Which.Should().StartWith("ci/quarantine.yaml:5:5: ").And.Contain(why);
    }

    [Test]
    public void An_entry_without_dates_blocks() => Judge.Of(Request(Outcome.Passed, Entry with { From = default, Until = default })).Result.Should().Be(GateResult.NotProven);

    [TestCase("2026-11-22")]
    [TestCase("2026-12-25")]
    public void An_entry_that_is_out_of_bounds_excuses_nothing(string until) =>
        Judge.Of(Request(Outcome.Failed, Entry with { Until = DateOnly.Parse(until) })).Result.Should().Be(GateResult.Failed);

    [Test]
    public void An_entry_that_is_not_yet_in_force_excuses_nothing() =>
        Judge.Of(Request(Outcome.Failed, Entry with { From = new(2026, 11, 24) })).Result.Should().Be(GateResult.Failed);

    [Test]
    public void An_entry_for_nothing_blocks() =>
        Judge.Of(Request(Outcome.Passed, Entry with { Scenario = "boot.tow" })).Problems.Should().ContainSingle().Which.Should().Contain("'boot.tow' matches no scenario");

    private static GateRequest Request(Outcome second, QuarantineEntry entry) =>
        Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, second).End().Run) with { Quarantine = [entry] };
}
