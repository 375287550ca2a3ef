using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>Runs that are judged together: shards of several machines, and a run that went on from one that was cut off.</summary>
public sealed class MergeTests
{
    private static readonly string[] Two = ["boot.one", "boot.two"];

    [Test]
    public void Shards_that_are_all_there_pass_in_any_order()
    {
        Judge.Of(Recording.Request(Two, ShardOf("run-1", 1, "boot.one"), ShardOf("run-2", 2, "boot.two"))).Result.Should().Be(GateResult.Passed);
        Judge.Of(Recording.Request(Two, ShardOf("run-2", 2, "boot.two"), ShardOf("run-1", 1, "boot.one"))).Result.Should().Be(GateResult.Passed);
    }

    [Test]
    public void A_missing_shard_is_not_proven()
    {
        var verdict = Judge.Of(Recording.Request(Two, ShardOf("run-2", 2, "boot.two")));

        verdict.Result.Should().Be(GateResult.NotProven);
        verdict.Problems.Should().Contain("shard 1/2 is missing; add its run with --from");
    }

    [Test]
    public void Shards_that_are_missing_are_named_in_one_sentence()
    {
        var one = new Recording("run-2").Plan(plan => plan with { Shard = new(2, 4) }, "boot.two").Attempt("boot.two", 1, Outcome.Passed).End().Run;

        Judge.Of(Recording.Request(Two, one)).Problems.Should().ContainSingle().Which.Should().Be("3 of 4 shards are missing: 1, 3, 4; add their runs with --from");
    }

    [Test]
    public void A_missing_shard_is_not_proven_even_where_nothing_is_missing_by_name() =>
        Judge.Of(Recording.Request(["boot.two"], ShardOf("run-2", 2, "boot.two"))).Result.Should().Be(GateResult.NotProven);

    [Test]
    public void Shards_on_different_images_are_not_proven()
    {
        var other = new Recording("run-2").Plan(
            plan => plan with { Shard = new(2, 2), Scenarios = [.. plan.Scenarios.Select(s => s with { Images = [new("os:1", "another digest")] })] }, "boot.two").Attempt("boot.two", 1, Outcome.Passed).End().Run;
        var request = Recording.Request(Two, ShardOf("run-1", 1, "boot.one"), other) with { Images = new Dictionary<string, string>() };

        Judge.Of(request).Problems.Should().ContainSingle().Which.Should().Contain("image os:1 was not the same in all runs");
    }

    [Test]
    public void Shards_that_another_adapter_program_answered_in_are_not_proven()
    {
        Recording Shard(string run, int index, string scenario, string? adapter) => new Recording(run).Plan(
            plan => plan with { Shard = new(index, 2), Scenarios = [.. plan.Scenarios.Select(s => s with { Images = [s.Images[0] with { AdapterSha256 = adapter }] })] }, scenario).Attempt(scenario, 1, Outcome.Passed).End();

        IReadOnlyList<string> Problems(string? one, string? other) => Judge.Of(Recording.Request(Two, Shard("run-1", 1, "boot.one", one).Run, Shard("run-2", 2, "boot.two", other).Run)).Problems;

        Problems("aa", "bb").Should().ContainSingle().Which.Should().Be("the adapter program of image os:1 was not the same in all runs: aa, bb; run again with one");
        Problems("aa", null).Should().ContainSingle().Which.Should().Contain("aa, none");
        Problems("aa", "aa").Should().BeEmpty();
    }

    [Test]
    public void Shards_by_different_versions_of_Kola_are_not_proven()
    {
        var other = new Recording("run-2").Plan(plan => plan with { Shard = new(2, 2), Kola = "2.0" }, "boot.two").Attempt("boot.two", 1, Outcome.Passed).End().Run;

        Judge.Of(Recording.Request(Two, ShardOf("run-1", 1, "boot.one"), other)).Problems.Should().ContainSingle().Which.Should().Contain("different versions of Kola");
    }

    [Test]
    public void A_run_that_goes_on_from_an_interrupted_one_completes_it()
    {
        var verdict = Judge.Of(Recording.Request(Two, Resumed(Outcome.Passed), CutOff(Outcome.Passed)));

        verdict.Result.Should().Be(GateResult.Passed);
        verdict.Scenarios[1].Attempts.Select(a => (a.Run, a.Outcome)).Should().Equal(("run-1", null), ("run-2", Outcome.Passed));
    }

    [Test]
    public void Going_on_does_not_undo_a_failure() => Judge.Of(Recording.Request(Two, CutOff(Outcome.Failed), Resumed(Outcome.Passed))).Result.Should().Be(GateResult.Failed);

    [Test]
    public void Going_on_does_not_hide_a_failure_by_trying_again()
    {
        var again = new Recording("run-2").Plan(plan => plan with { Resumes = "run-1" }, Two).Attempt("boot.one", 1, Outcome.Passed).Attempt("boot.two", 1, Outcome.Passed).End().Run;

        Judge.Of(Recording.Request(Two, CutOff(Outcome.Failed), again)).Result.Should().Be(GateResult.NotProven);
    }

    [Test]
    public void The_run_that_goes_on_must_end_itself() =>
        Judge.Of(Recording.Request(Two, CutOff(Outcome.Passed), new Recording("run-2").Plan(plan => plan with { Resumes = "run-1" }, "boot.two").Attempt("boot.two", 1, Outcome.Passed).Run))
            .Result.Should().Be(GateResult.NotProven);

    private static RecordedRun ShardOf(string run, int index, string id) =>
        new Recording(run).Plan(plan => plan with { Shard = new(index, 2) }, id).Attempt(id, 1, Outcome.Passed).End().Run;

    private static RecordedRun CutOff(Outcome first) => new Recording().Plan(Two).Attempt("boot.one", 1, first).Add(new AttemptStarted { Scenario = "boot.two", Attempt = 1 }).Run;

    private static RecordedRun Resumed(Outcome second) => new Recording("run-2").Plan(plan => plan with { Resumes = "run-1" }, "boot.two").Attempt("boot.two", 1, second).End().Run;
}
