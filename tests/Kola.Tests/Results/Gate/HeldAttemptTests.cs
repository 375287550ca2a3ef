using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>What the gate makes of attempts that a person stopped or looked at.</summary>
public sealed class HeldAttemptTests
{
    private const string Id = "boot.one";

    [TestCase(Outcome.Passed)]
    [TestCase(Outcome.Failed)]
    public void What_came_of_an_attempt_that_was_stopped_by_hand_is_not_proven(Outcome outcome)
    {
        var verdict = Judge.Of(Recording.Request([Id], Held(step: 2, outcome, TimeSpan.Zero)));

        verdict.Result.Should().Be(GateResult.NotProven);
        verdict.Scenarios.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Result = GateResult.NotProven, Blocks = true });
        verdict.Scenarios[0].Reason.Should().Contain("stopped by hand before step 2").And.Contain("--break");
    }

    [TestCase(Outcome.Passed, GateResult.Passed)]
    [TestCase(Outcome.Failed, GateResult.Failed)]
    public void Machines_that_were_kept_after_the_end_change_nothing_however_long(Outcome outcome, GateResult result)
    {
        var kept = Held(step: null, outcome, TimeSpan.FromHours(7));
        var verdict = Judge.Of(Recording.Request([Id], kept) with { Now = Recording.Noon.AddHours(8) });

        verdict.Problems.Should().BeEmpty("the policy allows a run 6 hours, which it did not take");
        verdict.Result.Should().Be(result);
        var attempt = RunStory.Of("", kept.Events).Scenarios[0].Attempts[0];
        (attempt.Stop - attempt.Start).Should().BeLessThan(TimeSpan.FromMinutes(1));
        attempt.Outcome.Should().Be(outcome);
    }

    [Test]
    public void A_run_that_took_too_long_is_not_excused_by_a_stop_at_a_break() =>
        Judge.Of(Recording.Request([Id], Held(step: 2, Outcome.Passed, TimeSpan.FromHours(7))) with { Now = Recording.Noon.AddHours(8) })
            .Problems.Should().ContainSingle().Which.Should().Contain("the policy allows 360 min");

    [Test]
    public void An_attempt_that_goes_on_after_its_end_is_not_proven()
    {
        var run = Held(step: null, Outcome.Passed, TimeSpan.Zero);
        List<RunEvent> events = [.. run.Events];
        var (held, second) = (events.FindIndex(e => e is AttemptHeld), events.FindIndex(e => e is StepStarted { Step: 2 }));
        var moved = events[held];
        events.RemoveAt(held);
        events.Insert(second, moved);

        Judge.Of(Recording.Request([Id], Recording.Renumbered("run-1", events))).Scenarios[0].Reason.Should().Contain("a step after its end");
    }

    /// <summary>A run of one scenario with two steps, held before one of them or after its end.</summary>
    private static RecordedRun Held(int? step, Outcome outcome, TimeSpan held)
    {
        var recording = new Recording().Plan(Id).Add(new AttemptStarted { Scenario = Id, Attempt = 1 });
        var late = TimeSpan.Zero;
        foreach (var number in new int?[] { 0, 1, 2, null })
        {
            if (number == step)
                recording.Add(new AttemptHeld { Scenario = Id, Attempt = 1, Step = step, Title = step is null ? null : "second" }).Add(new AttemptReleased { Scenario = Id, Attempt = 1, Seconds = held.TotalSeconds });
            if (number is { } running)
                recording.Step(Id, 1, running, "a step", running == 2 ? outcome : Outcome.Passed);
        }

        var events = recording.Add(new AttemptFinished { Scenario = Id, Attempt = 1, Outcome = outcome, Seconds = 4, Reason = outcome == Outcome.Passed ? null : "as scripted" }).End().Run.Events;
        return Recording.Of("run-1", events.Select(e =>
        {
            if (e is AttemptReleased)
                late = held;
            return e with { At = e.At + late };
        }));
    }
}
