using CsCheck;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>What must hold for every run, policy and quarantine, not only for those that somebody thought of.</summary>
public sealed class JudgePropertyTests
{
    private static readonly string[] Names = ["boot.one", "boot.two", "power.cut", "update.next"];

    private static readonly Gen<Outcome> AnyOutcome = Gen.Frequency(
        (6, Gen.Const(Outcome.Passed)), (2, Gen.Const(Outcome.Failed)), (1, Gen.Const(Outcome.Infrastructure)), (1, Gen.Const(Outcome.Interrupted)), (1, Gen.Const(Outcome.NotProven)));

    /// <summary>Attempts of each scenario; none: it was not tried.</summary>
    private static readonly Gen<Outcome[][]> AnyAttempts = Gen.Frequency((1, Gen.Const(Array.Empty<Outcome>())), (12, AnyOutcome.Array[1, 3])).Array[Names.Length];

    private static readonly Gen<GateRequest> AnyRequest = Gen.Select(AnyAttempts, Gen.Int[0, 2], Gen.Bool, Gen.Bool, Gen.Int[0, 3], (attempts, retries, flakyBlocks, quarantined, required) =>
    {
        var run = new Recording().Plan(Names);
        foreach (var (name, outcomes) in Names.Zip(attempts))
            foreach (var (outcome, i) in outcomes.Select((o, i) => (o, i)))
                run.Attempt(name, i + 1, outcome);
        return Recording.Request(Names, run.End().Run) with
        {
            Policy = Recording.Policy with { Retries = retries, FlakyBlocks = flakyBlocks, Required = [new() { Scenarios = Names[..(required + 1)] }] },
            Quarantine = quarantined ? [new() { Scenario = "boot.two", Reason = "r", Tracker = "t", Owner = "o", From = new(2026, 11, 20), Until = new(2026, 11, 30) }] : [],
        };
    });

    [Test]
    public void Taking_out_any_record_never_makes_a_pass_of_what_is_none() =>
        AnyRequest.Sample(request =>
        {
            if (Judge.Of(request).Result == GateResult.Passed)
                return;
            var run = request.Runs[0];
            for (var i = 0; i < run.Events.Count; i++)
            {
                RunEvent[] without = [.. run.Events.Take(i), .. run.Events.Skip(i + 1)];
                Judge.Of(request with { Runs = [Recording.Of(run.Name, without)] }).Result.Should().NotBe(GateResult.Passed);
                // Even when the forger numbers the records anew.
                Judge.Of(request with { Runs = [Recording.Renumbered(run.Name, without)] }).Result.Should().NotBe(GateResult.Passed, "record {0} was {1}", i + 1, run.Events[i]);
            }
        }, iter: 300);

    [Test]
    public void Taking_out_any_record_of_a_pass_that_is_required_leaves_none() =>
        AnyRequest.Sample(request =>
        {
            var verdict = Judge.Of(request);
            if (verdict.Result != GateResult.Passed)
                return;
            var run = request.Runs[0];
            var counted = verdict.Scenarios.Where(s => s is { Role: GateRole.Required, Result: GateResult.Passed, Quarantine: null }).Select(s => s.Id).ToHashSet();
            for (var i = 0; i < run.Events.Count; i++)
                if (run.Events[i] is RunPlanned or RunFinished || counted.Any(id => EventLog.ToLine(run.Events[i]).Contains($"\"{id}\"", StringComparison.Ordinal)))
                    Judge.Of(request with { Runs = [Recording.Renumbered(run.Name, [.. run.Events.Take(i), .. run.Events.Skip(i + 1)])] }).Result.Should().NotBe(GateResult.Passed, "record {0} was {1}", i + 1, run.Events[i]);
        }, iter: 300);

    [Test]
    public void One_more_attempt_that_did_not_pass_never_makes_a_verdict_better() =>
        Gen.Select(AnyRequest, Gen.Int[0, Names.Length - 1], AnyOutcome.Where(o => o != Outcome.Passed)).Sample((request, which, outcome) =>
        {
            var before = Judge.Of(request).Result;
            var events = request.Runs[0].Events;
            var number = events.OfType<AttemptStarted>().Count(a => a.Scenario == Names[which]) + 1;
            var more = new Recording().Plan(Names).Attempt(Names[which], number, outcome).Run.Events.Skip(1);
            var after = Judge.Of(request with { Runs = [Recording.Renumbered("run-1", [.. events.SkipLast(1), .. more, events[^1]])] }).Result;
            // What is in quarantine must only have been tried: a failure is better there than nothing.
            if (before != GateResult.Passed && !request.Quarantine.Any(q => q.Scenario == Names[which]))
                after.Should().NotBe(GateResult.Passed);
        }, iter: 1000);

    [Test]
    public void A_pass_means_that_every_required_scenario_passed_or_is_excused_by_name() =>
        AnyRequest.Sample(request =>
        {
            var verdict = Judge.Of(request);
            if (verdict.Result != GateResult.Passed)
                return;
            foreach (var scenario in request.Expected.Where(s => request.Policy.RoleOf(s) == GateRole.Required))
            {
                var finished = request.Runs[0].Events.OfType<AttemptFinished>().Where(a => a.Scenario == scenario.Id).ToArray();
                finished.Should().NotBeEmpty();
                var clean = finished.All(a => a.Outcome == Outcome.Passed);
                var flaky = finished[^1].Outcome == Outcome.Passed && !request.Policy.FlakyBlocks && finished.Count(a => a.Outcome != Outcome.Passed) <= request.Policy.Retries;
                (clean || flaky || request.Quarantine.Any(q => q.Scenario == scenario.Name)).Should().BeTrue();
            }
        }, iter: 2000);

    [Test]
    public void The_same_request_gets_the_same_verdict() =>
        AnyRequest.Sample(request => Judge.Of(request).Should().BeEquivalentTo(Judge.Of(request)), iter: 50);

    [Test]
    public void Both_passes_and_blocks_are_among_what_is_tried()
    {
        HashSet<GateResult> seen = [];
        AnyRequest.Sample(request => { seen.Add(Judge.Of(request).Result); }, iter: 1000, threads: 1);

        seen.Should().BeEquivalentTo([GateResult.Passed, GateResult.Failed, GateResult.NotProven]);
    }
}
