using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>How much of a sweep must have been booted for it to prove something.</summary>
internal sealed class SweepCoverageTests
{
    [TestCase(0, 0, GateResult.Passed)]
    [TestCase(50, 5, GateResult.Passed)]
    [TestCase(50, 4, GateResult.NotProven)]
    [TestCase(100, 10, GateResult.Passed)]
    public void A_sweep_that_left_out_more_than_the_policy_allows_is_not_proven(int percent, int tried, GateResult result) =>
        Judged(percent, Swept(tried)).Result.Should().Be(result);

    [Test]
    public void It_says_what_was_tried_and_what_to_do() =>
        Judged(50, Swept(4)).Reason.Should().Be("its sweep booted a state of 4 of 10 classes, and the policy asks for 50 %; give it a longer budget: kola sweep --budget TIME, or the parameter 'budget'");

    [Test]
    public void Of_several_sweeps_each_must_have_tried_enough() => Judged(50, Swept(10), Swept(1)).Result.Should().Be(GateResult.NotProven);

    [Test]
    public void A_sweep_of_which_nothing_is_recorded_is_not_proven() =>
        Judged(50).Should().Match<ScenarioVerdict>(verdict => verdict.Result == GateResult.NotProven && verdict.Reason!.Contains("is not recorded", StringComparison.Ordinal));

    [Test]
    public void Where_the_policy_asks_for_nothing_nothing_need_be_recorded() => Judged(0).Result.Should().Be(GateResult.Passed);

    private static UpdateSwept Swept(int tried) => new() { Scenario = "power.sweep", Attempt = 1, Machine = "node", From = "1", To = "2", States = 4100, Classes = 10, Tried = tried };

    /// <summary>A passed attempt with a step that sweeps.</summary>
    private static ScenarioVerdict Judged(int percent, params UpdateSwept[] sweeps)
    {
        var recording = new Recording().Plan("power.sweep").Add(new AttemptStarted { Scenario = "power.sweep", Attempt = 1 })
            .Step("power.sweep", 1, 0, "bring up node", Outcome.Passed).Step("power.sweep", 1, 1, "first", Outcome.Passed)
            .Add(new StepStarted { Scenario = "power.sweep", Attempt = 1, Step = 2, Kind = "sweep", Title = "second" });
        foreach (var sweep in sweeps)
            recording.Add(sweep);
        recording.Add(new StepFinished { Scenario = "power.sweep", Attempt = 1, Step = 2, Outcome = Outcome.Passed, Seconds = 1 })
            .Add(new AttemptFinished { Scenario = "power.sweep", Attempt = 1, Outcome = Outcome.Passed, Seconds = 4 }).End();
        return Judge.Of(Recording.Request(["power.sweep"], recording.Run) with { Policy = Recording.Policy with { MinSweptPercent = percent } }).Scenarios.Single();
    }
}
