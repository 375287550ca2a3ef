using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Tests.Results.Gate;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Results.Stories;

public sealed class EarlierRunsTests
{
    private static readonly string[] All = ["t.broke", "t.fixed", "t.again", "t.same", "t.slow", "t.new"];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void Make() => folder = new();

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task A_run_is_compared_with_the_last_in_which_each_scenario_was_tried()
    {
        await WriteAsync("20261101-1", ("t.broke", Outcome.Passed, 4), ("t.fixed", Outcome.Passed, 4));
        await WriteAsync("20261102-2", ("t.fixed", Outcome.Failed, 4), ("t.again", Outcome.Infrastructure, 4), ("t.same", Outcome.Passed, 4), ("t.slow", Outcome.Passed, 4));
        var story = await WriteAsync("20261103-3", ("t.broke", Outcome.Failed, 4), ("t.fixed", Outcome.Passed, 4), ("t.again", Outcome.Failed, 4), ("t.same", Outcome.Passed, 4), ("t.slow", Outcome.Passed, 40), ("t.new", Outcome.Failed, 4));
        await WriteAsync("20261104-4", ("t.new", Outcome.Passed, 4));
        Directory.CreateSymbolicLink(folder["20261100-link"], folder["20261104-4"]);
        folder.Write("20261102-9/events.jsonl", "no log\n");

        EarlierRuns.Changes(story).Select(change => (change.Id, change.Kind, change.Run)).Should().Equal(
            ("t.broke", ChangeKind.NewFailure, "20261101-1"), ("t.again", ChangeKind.FailsAgain, "20261102-2"), ("t.fixed", ChangeKind.Fixed, "20261102-2"), ("t.slow", ChangeKind.Slower, "20261102-2"));
    }

    [Test]
    public async Task What_else_is_different_is_told_with_it()
    {
        await WriteAsync("1", ("t.broke", Outcome.Passed, 4));
        var story = await WriteAsync("2", ("t.broke", Outcome.Failed, 4));
        story = story with { Plan = story.Plan with { Kola = "2.0" }, Scenarios = [.. story.Scenarios.Select(s => s with { Plan = s.Plan with { Sha256 = "another", Images = [new("os:1", "another", "1")] } })] };

        EarlierRuns.Changes(story).Should().ContainSingle().Which.Because.Should().Equal("another image of os:1", "the scenario's file changed", "another Kola");
    }

    [Test]
    public async Task That_another_adapter_program_answered_is_told_with_it()
    {
        await WriteAsync("1", ("t.broke", Outcome.Passed, 4));
        var story = await WriteAsync("2", ("t.broke", Outcome.Failed, 4));
        story = story with { Scenarios = [.. story.Scenarios.Select(s => s with { Plan = s.Plan with { Images = [s.Plan.Images[0] with { AdapterSha256 = "aa" }] } })] };

        EarlierRuns.Changes(story).Should().ContainSingle().Which.Because.Should().Equal("another adapter program");
    }

    private async Task<RunStory> WriteAsync(string run, params (string Id, Outcome Outcome, int Seconds)[] attempts)
    {
        var recording = new Recording(run).Plan(All.Intersect(attempts.Select(a => a.Id)));
        Directory.CreateDirectory(folder[run]);
        var time = new FakeTimeProvider(Recording.Noon);
        await using (var log = new EventLog(Path.Combine(folder[run], EventLog.FileName), time))
        {
            foreach (var record in recording.Run.Events)
                log.Write(record);
            foreach (var (id, outcome, seconds) in attempts)
            {
                log.Write(new AttemptStarted { Scenario = id, Attempt = 1 });
                time.Advance(TimeSpan.FromSeconds(seconds));
                log.Write(new AttemptFinished { Scenario = id, Attempt = 1, Outcome = outcome, Seconds = seconds });
            }

            log.Write(new RunFinished { Seconds = 9 });
        }

        return RunStory.Read(folder[run]);
    }
}
