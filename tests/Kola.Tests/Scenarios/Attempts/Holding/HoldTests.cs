using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts.Holding;

/// <summary>Runs that a person stops or whose machines they keep, on the fake QEMU.</summary>
internal sealed class HoldTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task A_break_comes_before_its_step_with_a_way_into_the_machine_that_runs()
    {
        var asked = new List<(HeldAttempt Held, int Started)>();
        List<RunEvent> events = [];
        var run = await RunAsync(events, Hold((held, _) => asked.Add((held, events.OfType<StepStarted>().Max(s => s.Step)))) with { Break = "2" }, [Two("t.one")], Stop);

        var (held, started) = asked.Should().ContainSingle().Subject;
        held.Should().BeEquivalentTo(new { Scenario = "t.one", Step = 2, Outcome = (Outcome?)null });
        started.Should().Be(1, "the step has not begun");
        var node = held.Machines.Should().ContainSingle().Subject;
        string.Join(' ', node.Login).Should().StartWith("ssh -i ").And.Contain("-p 40022").And.EndWith("root@127.0.0.1");
        node.State.Should().BeNull();
        File.Exists(node.Console).Should().BeTrue();
        run.Attempts.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Outcome = Outcome.Passed, Reason = "it was stopped before step 2 (--break), so it proves nothing" });
        events.FindIndex(e => e is AttemptReleased).Should().Be(events.FindIndex(e => e is AttemptHeld) + 1).And.BeLessThan(events.FindIndex(e => e is StepStarted { Step: 2 }));
        File.Exists(Path.Combine(machines.Folder, "durations.json")).Should().BeFalse("how long it took with a hand in it says nothing");
    }

    [Test]
    public async Task Ctrl_C_at_a_break_ends_the_run()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<RunEvent> events = [];
        var run = await RunAsync(events, Hold((_, _) => stopping.Cancel()) with { Break = "2" }, [Two("t.one")], stopping.Token);

        run.Interrupted.Should().BeTrue();
        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Interrupted);
        events.OfType<StepStarted>().Should().NotContain(s => s.Step == 2);
    }

    [TestCase("second", Outcome.Passed)]
    [TestCase("never comes", Outcome.Failed)]
    public async Task Machines_are_kept_after_the_end_and_that_changes_nothing_of_it(string seen, Outcome outcome)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<RunEvent> events = [];
        HeldAttempt? asked = null;
        var hold = Hold((held, _) =>
        {
            asked = held;
            events.OfType<MachineChanged>().Should().NotContain(m => m.State == "stopped");
            // The person ends it by Ctrl-C.
            stopping.Cancel();
        });
        var run = await RunAsync(events, hold with { Keep = true }, [Two("t.one", seen)], stopping.Token);

        asked.Should().BeEquivalentTo(new { Step = (int?)null, Outcome = outcome });
        asked!.Machines.Should().ContainSingle().Which.Login.Should().NotBeEmpty();
        run.Interrupted.Should().BeFalse("all that was planned had ended");
        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(outcome);
        events[^1].Should().BeOfType<RunFinished>().Which.Interrupted.Should().BeFalse();
        events.OfType<MachineChanged>().Should().Contain(m => m.State == "stopped", "it is gone when the run ends");
    }

    [Test]
    public async Task Scenarios_that_are_kept_come_one_after_the_other_and_Ctrl_C_leaves_the_rest_untried()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        List<RunEvent> events = [];
        var run = await RunAsync(events, Hold((_, _) => stopping.Cancel()) with { Keep = true }, [Two("t.one"), Two("t.two")], stopping.Token);

        run.Interrupted.Should().BeTrue();
        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
        events.OfType<AttemptStarted>().Should().ContainSingle();
    }

    [Test]
    public async Task A_machine_that_died_is_told_as_such()
    {
        HeldAttempt? asked = null;
        var run = await RunAsync([], Hold((held, _) => asked = held) with { Keep = true }, ["cont: die"], [Two("t.one")], Stop);

        asked!.Machines.Should().ContainSingle().Which.Should().BeEquivalentTo(new { State = "dead", Login = Array.Empty<string>() });
        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Infrastructure);
    }

    [Test]
    public async Task A_step_that_is_not_there_is_refused_before_anything_starts()
    {
        var run = () => RunAsync([], Hold((_, _) => { }) with { Break = "9" }, [Two("t.one")], Stop);

        await run.Should().ThrowAsync<InputException>().WithMessage("--break: t.one has no step 9*");
        Directory.Exists(Path.Combine(machines.Folder, "runs")).Should().BeFalse();
    }

    [Test]
    public async Task What_a_hand_may_have_touched_is_no_state_for_others_to_go_on_from()
    {
        string[] script = ["cont: print first\\n", "cont: print second\\n", "resume: print second\\n"];
        var file = Write("t.one", "  - console: {seen: first}\n  - checkpoint: here\n  - console: {seen: second}\n");
        List<RunEvent> events = [];
        var run = await RunAsync(events, Hold((_, _) => { }) with { Break = "checkpoint" }, script, [file], Stop);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
        events.OfType<StepFinished>().Should().ContainSingle(s => s.Step == 2).Which.Detail.Should().StartWith("not kept: it was stopped before step 2");
        Kept().Should().BeEmpty();
        await RunAsync([], null, script, [file], Stop);
        Kept().Should().ContainSingle("without a hand it is kept");

        IEnumerable<string> Kept() => Directory.Exists(machines.Snapshots()) ? Directory.EnumerateFiles(machines.Snapshots(), "memory", SearchOption.AllDirectories) : [];
    }

    private static HoldOptions Hold(Action<HeldAttempt, CancellationToken> ask) => new()
    {
        WaitAsync = (held, cancellation) =>
        {
            ask(held, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        },
    };

    private Task<RunResult> RunAsync(List<RunEvent> events, HoldOptions? hold, string[] files, CancellationToken stopping) =>
        RunAsync(events, hold, ["cont: print first\\n", "cont: print second\\n"], files, stopping);

    private async Task<RunResult> RunAsync(List<RunEvent> events, HoldOptions? hold, string[] script, string[] files, CancellationToken stopping)
    {
        var engine = await machines.EngineAsync(machines.Environment(script), Stop);
        var options = new RunOptions { StateFolder = machines.Folder, Hold = hold };
        return await engine.ExecuteAsync(await engine.PlanAsync([.. files.SelectMany(f => ScenarioFile.Load(f).Expand())], options, null, Stop), events.Add, stopping);
    }

    /// <summary>A scenario of two steps.</summary>
    private string Two(string name, string seen = "second") => Write(name, $"  - console: {{seen: first}}\n  - console: {{seen: {seen}}}\n    timeout: {(seen == "second" ? "1m" : "10ms")}\n");

    private string Write(string name, string steps)
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        File.WriteAllText(file, $"scenario: {name}\nsummary: A scenario of a test\ntimeout: 10m\nimage: {machines.Image}\nmachines: {{node: {{firmware: bios, user: root, ready: false, credentials: {{a: b}}}}}}\nsteps:\n{steps}");
        return file;
    }
}
