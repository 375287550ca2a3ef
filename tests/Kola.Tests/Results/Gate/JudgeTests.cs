using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>The gate's self-test: every kind of result set that proves nothing must block.</summary>
public sealed class JudgeTests
{
    private static readonly string[] Two = ["boot.one", "boot.two"];

    [Test]
    public void What_is_required_and_passed_at_the_first_attempt_passes()
    {
        var verdict = Judge.Of(Recording.Request(Two, AllPassed().Run));

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Problems.Should().BeEmpty();
        verdict.Scenarios.Should().OnlyContain(s => s.Result == GateResult.Passed && !s.Blocks && s.Role == GateRole.Required);
    }

    [Test]
    public void A_failure_fails()
    {
        var verdict = Judge.Of(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Failed).End().Run));

        verdict.Result.Should().Be(GateResult.Failed);
        verdict.Scenarios[1].Should().BeEquivalentTo(new { Id = "boot.two", Result = GateResult.Failed, Blocks = true, Reason = "second: Failed as scripted" });
    }

    [Test]
    public void No_run_at_all_is_not_proven() => NotProven(Recording.Request(Two), "no run to judge");

    [Test]
    public void An_empty_plan_is_not_proven() => NotProven(Recording.Request(Two, new Recording().Plan().End().Run), "planned nothing");

    [Test]
    public void A_policy_that_requires_nothing_is_not_proven() =>
        NotProven(Recording.Request(Two, AllPassed().Run) with { Policy = Recording.Policy with { Required = [] } }, "requires no scenario");

    [Test]
    public void A_policy_that_names_a_scenario_which_is_gone_is_not_proven() =>
        NotProven(
            Recording.Request(Two, AllPassed().Run) with { Policy = Recording.Policy with { Required = [new() { Place = "ci/gate.yaml:3:5", Scenarios = ["boot.one", "boot.gone"] }] } },
            "ci/gate.yaml:3:5: scenario 'boot.gone' of the policy selects no scenario");

    [Test]
    public void A_scenario_that_no_run_planned_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan("boot.one").Attempt("boot.one", 1, Outcome.Passed).End().Run), "not in any run's plan");

    [Test]
    public void A_planned_scenario_that_was_skipped_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).End().Run), "planned and did not run");

    [TestCase(Outcome.Infrastructure)]
    [TestCase(Outcome.Interrupted)]
    [TestCase(Outcome.NotProven)]
    public void What_says_nothing_about_the_product_is_not_proven(Outcome outcome) =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, outcome).End().Run), "as scripted");

    [Test]
    public void An_unknown_outcome_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, (Outcome)17).End().Run), "unknown outcome 17");

    [Test]
    public void An_interrupted_run_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Passed).End(interrupted: true).Run), "was interrupted");

    [Test]
    public void A_run_that_reached_its_maximum_duration_is_not_proven_and_is_called_so() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Interrupted).End(interrupted: true, limit: 5400).Run), "maximum duration (90 min)");

    [Test]
    public void A_run_without_an_end_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Passed).Run), "did not finish");

    [Test]
    public void An_attempt_that_never_finished_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Add(new AttemptStarted { Scenario = "boot.two", Attempt = 1 }).End().Run), "never finished");

    [Test]
    public void A_scenario_planned_twice_is_not_proven() =>
        NotProven(Recording.Request(Two, new Recording().Plan(["boot.one", "boot.two", "boot.two"]).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Passed).End().Run), "2 times");

    [Test]
    public void A_run_given_twice_is_not_proven() => NotProven(Recording.Request(Two, AllPassed().Run, AllPassed().Run), "given 2 times");

    [Test]
    public void A_second_run_of_the_same_scenarios_is_not_proven_as_it_may_hide_what_the_first_found() =>
        NotProven(Recording.Request(Two, AllPassed().Run, AllPassed("run-2").Run), "neither resumes the other");

    [Test]
    public void A_run_of_another_artifact_is_not_proven() =>
        NotProven(Recording.Request(Two, AllPassed().Run) with { Images = new Dictionary<string, string> { ["os:1"] = "another digest" } }, "but the one to judge has");

    [Test]
    public void A_run_of_another_scenario_text_is_not_proven()
    {
        var request = Recording.Request(Two, AllPassed().Run);

        NotProven(request with { Expected = [request.Expected[0], request.Expected[1] with { Sha256 = "changed" }] }, "has changed since");
    }

    [Test]
    public void A_clock_in_the_future_is_not_proven() => NotProven(Recording.Request(Two, AllPassed().Run) with { Now = Recording.Noon.AddHours(-1) }, "in the future");

    [Test]
    public void An_old_run_is_not_proven() => NotProven(Recording.Request(Two, AllPassed().Run) with { Now = Recording.Noon.AddDays(15) }, "accepts runs of the last 14 days");

    [Test]
    public void A_run_that_took_too_long_is_not_proven() =>
        NotProven(Recording.Request(Two, AllPassed().Run) with { Policy = Recording.Policy with { MaxDuration = TimeSpan.FromSeconds(5) } }, "the policy allows");

    [Test]
    public void A_log_that_was_altered_is_not_proven() =>
        NotProven(Recording.Request(Two, AllPassed().Run with { Damage = "events.jsonl:3: the record's sum does not fit" }), "sum does not fit");

    [Test]
    public void Records_with_a_gap_are_not_proven() =>
        NotProven(Recording.Request(Two, Recording.Of("run-1", AllPassed().Run.Events.Where(e => e.Seq != 4))), "not numbered consecutively");

    [Test]
    public void A_retry_that_passes_is_flaky_and_blocks()
    {
        var verdict = Judge.Of(Flaky(Outcome.Failed));

        verdict.Result.Should().Be(GateResult.Failed);
        verdict.Scenarios[1].Should().BeEquivalentTo(new { Result = GateResult.Flaky, Blocks = true });
        verdict.Scenarios[1].Attempts.Select(a => a.Outcome).Should().Equal(Outcome.Failed, Outcome.Passed);
    }

    [Test]
    public void A_policy_may_let_flaky_pass_but_it_is_told()
    {
        var request = Flaky(Outcome.Failed);
        var verdict = Judge.Of(request with { Policy = request.Policy with { FlakyBlocks = false } });

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios[1].Should().BeEquivalentTo(new { Result = GateResult.Flaky, Blocks = false });
        verdict.Scenarios[1].Reason.Should().Contain("passed only at attempt 2").And.Contain("Failed as scripted");
    }

    [Test]
    public void A_retry_that_the_policy_does_not_allow_hides_nothing() =>
        NotProven(Flaky(Outcome.Failed) with { Policy = Recording.Policy with { FlakyBlocks = false } }, "the policy allows 1");

    [Test]
    public void A_first_attempt_that_was_taken_out_is_noticed() =>
        NotProven(Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 2, Outcome.Passed).End().Run), "attempt 1 belongs");

    [Test]
    public void A_pass_without_its_steps_is_not_believed() =>
        NotProven(
            Recording.Request(["boot.one"], new Recording().Plan("boot.one")
                .Add(new AttemptStarted { Scenario = "boot.one", Attempt = 1 })
                .Add(new AttemptFinished { Scenario = "boot.one", Attempt = 1, Outcome = Outcome.Passed, Seconds = 1 }).End().Run),
            "no record shows that its machines came up");

    [Test]
    public void A_pass_with_a_step_that_failed_is_not_believed() =>
        NotProven(
            Recording.Request(["boot.one"], new Recording().Plan("boot.one")
                .Add(new AttemptStarted { Scenario = "boot.one", Attempt = 1 })
                .Step("boot.one", 1, 0, "up", Outcome.Passed).Step("boot.one", 1, 1, "first", Outcome.Passed).Step("boot.one", 1, 2, "second", Outcome.Failed)
                .Add(new AttemptFinished { Scenario = "boot.one", Attempt = 1, Outcome = Outcome.Passed, Seconds = 1 }).End().Run),
            "one of its steps did not pass");

    [Test]
    public void A_scenario_that_only_advises_blocks_nothing()
    {
        var run = new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Failed).End().Run;
        var policy = Recording.Policy with { Required = [new() { Scenarios = ["boot.one"] }], Advisory = [new() { Scenarios = ["boot.*"] }] };

        var verdict = Judge.Of(Recording.Request(Two, run) with { Policy = policy });

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios[1].Should().BeEquivalentTo(new { Role = GateRole.Advisory, Result = GateResult.Failed, Blocks = false });
    }

    private static Recording AllPassed(string run = "run-1") => new Recording(run).Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Passed).End();

    private static GateRequest Flaky(Outcome first) =>
        Recording.Request(Two, new Recording().Plan(Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, first).Attempt("boot.two", 2, Outcome.Passed).End().Run)
            with
        { Policy = Recording.Policy with { Retries = 1 } };

    private static void NotProven(GateRequest request, string why)
    {
        var verdict = Judge.Of(request);

        verdict.Result.Should().Be(GateResult.NotProven);
        string.Join('\n', [.. verdict.Problems, .. verdict.Scenarios.Where(s => s.Blocks).Select(s => s.Reason)]).Should().Contain(why);
    }
}
