using FluentAssertions;
using Kola.Machines.Files;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts;

/// <summary>Whatever goes wrong in an attempt, its outcome is recorded and all others go on. On the fake QEMU.</summary>
internal sealed class AttemptTests
{
    private const string Passes = "  - console: {seen: up}", Waits = "  - console: {seen: never comes}\n    timeout: 1h";
    private static readonly string[] Up = ["cont: print up\\n"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<RunEvent> events = [];
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        events.Clear();
    }

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task A_time_that_no_timer_holds_is_as_long_as_one_does()
    {
        var run = await RunAsync(Up, [Case("t.one", Passes) with { Timeout = TimeSpan.FromHours(2000) }]);

        run.Passed.Should().BeTrue(run.Reasons());
    }

    [Test]
    public async Task An_attempt_whose_clock_cannot_be_made_has_an_outcome_and_the_others_go_on()
    {
        var time = new AwkwardTime((due, _) => due == TimeSpan.FromMinutes(7) ? throw new InvalidOperationException("no timer left") : due);

        var run = await RunAsync(Up, [Case("t.one", Passes, "timeout: 7m"), Case("t.two", Passes)], time);

        Attempt(run, "t.one").Outcome.Should().Be(Outcome.Infrastructure);
        Attempt(run, "t.one").Reason.Should().Contain("no timer left");
        Attempt(run, "t.two").Outcome.Should().Be(Outcome.Passed);
        events[^1].Should().BeOfType<RunFinished>();
    }

    [Test]
    public async Task A_fork_does_not_wait_for_a_parent_whose_attempt_could_not_begin()
    {
        var time = new AwkwardTime((due, _) => due == TimeSpan.FromMinutes(7) ? throw new InvalidOperationException("no timer left") : due);
        Write("t.parent", $"{Passes}\n  - checkpoint: here", "timeout: 7m");
        var fork = Path.Combine(machines.Folder, "t.fork.yaml");
        await File.WriteAllTextAsync(fork, "scenario: t.fork\nsummary: A scenario of a test\ntimeout: 10m\nfrom: {scenario: t.parent.yaml, checkpoint: here}\nsteps:\n" + Passes, Stop);

        var run = await RunAsync(Up, [Load(fork)], time);

        Attempt(run, "t.parent").Outcome.Should().Be(Outcome.Infrastructure);
        Attempt(run, "t.fork").Outcome.Should().Be(Outcome.NotProven);
        Attempt(run, "t.fork").Reason.Should().Contain("t.parent").And.Contain("no timer left");
    }

    [Test]
    public async Task A_step_that_is_cut_off_by_the_scenarios_time_failed_and_says_so()
    {
        var time = new AwkwardTime((due, _) => due == TimeSpan.FromMinutes(7) ? Timeout.InfiniteTimeSpan : due);

        var run = await RunAsync(Up, [Case("t.one", $"{Passes}\n{Waits}", "timeout: 7m")], time, observe: record =>
        {
            if (record is StepStarted { Step: 2 })
                time.Fire();
        });

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Reasons().Should().StartWith("the scenario's time of 420 s ran out in step 2 (console");
        var step = events.OfType<StepFinished>().Single(finished => finished.Step == 2);
        step.Outcome.Should().Be(Outcome.Failed);
        step.Detail.Should().StartWith("the scenario's time of 420 s ran out");
    }

    [Test]
    public async Task A_step_that_does_not_stop_when_the_run_is_stopped_is_given_up()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var hold = new HoldOptions
        {
            Break = "1",
            WaitAsync = async (_, _) =>
            {
                await stopping.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Stop);
            },
        };
        var time = new AwkwardTime((due, _) => due == TimeSpan.FromMinutes(2) ? TimeSpan.FromMilliseconds(10) : due);

        var run = await RunAsync(Up, [Case("t.one", Passes)], time, options => options with { Hold = hold }, stopping.Token);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Interrupted);
        events.OfType<MachineChanged>().Should().Contain(change => change.State == "stopped", "its machines are taken down all the same");
    }

    [Test]
    public async Task Diagnostics_that_throw_change_nothing_of_the_outcome()
    {
        var time = new AwkwardTime((due, who) => due < TimeSpan.FromSeconds(1) && who().Contains("Kola.Scenarios.Attempts.Diagnostics") ? throw new InvalidOperationException("no timer left") : due);

        var run = await RunAsync(["cont: print Kernel panic - not syncing: on purpose\\n"], [Case("t.one", Waits)], time);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Reasons().Should().Contain("on purpose");
        File.ReadAllText(Path.Combine(run.Folder.Attempt("t.one", 1), "node", "diagnostics.txt")).Should().Contain("no timer left");
    }

    [Test]
    public async Task Diagnostics_that_hang_are_given_up()
    {
        var time = new AwkwardTime((due, who) => due < TimeSpan.FromSeconds(1) && who().Contains("Kola.Scenarios.Attempts.Diagnostics") ? Timeout.InfiniteTimeSpan
            : due > TimeSpan.FromSeconds(1) && who().Contains("Kola.Scenarios.Attempts.Diagnostics") ? TimeSpan.FromMilliseconds(100) : due);

        var run = await RunAsync(["cont: print Kernel panic - not syncing: on purpose\\n"], [Case("t.one", Waits)], time);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Reasons().Should().Contain("on purpose");
    }

    [Test]
    public async Task A_person_who_cannot_be_asked_at_the_end_changes_nothing_of_the_outcome()
    {
        var hold = new HoldOptions { Keep = true, WaitAsync = (_, _) => throw new InvalidOperationException("no terminal") };

        var run = await RunAsync(Up, [Case("t.one", Passes)], with: options => options with { Hold = hold });

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
    }

    [Test]
    public async Task A_lock_of_the_recorded_durations_that_is_not_released_keeps_no_outcome_back()
    {
        var held = await FileLock.AcquireAsync(Path.Combine(machines.Folder, "durations.json.lock"), () => { }, TimeProvider.System, Stop);
        var finished = new TaskCompletionSource<AttemptFinished>(TaskCreationOptions.RunContinuationsAsynchronously);

        var running = RunAsync(Up, [Case("t.one", Passes)], observe: record =>
        {
            if (record is AttemptFinished end)
                finished.TrySetResult(end);
        });
        var outcome = await finished.Task.WaitAsync(Patience, TimeProvider.System, Stop);
        held.Dispose();

        outcome.Outcome.Should().Be(Outcome.Passed);
        (await running).Passed.Should().BeTrue();
    }

    [Test]
    public async Task Durations_that_cannot_be_written_change_no_outcome()
    {
        Directory.CreateDirectory(Path.Combine(machines.Folder, "durations.json"));

        var run = await RunAsync(Up, [Case("t.one", Passes)]);

        run.Passed.Should().BeTrue(run.Reasons());
    }

    [Test]
    public async Task Whoever_follows_the_run_and_throws_stops_it_and_no_outcome_is_lost_in_silence()
    {
        var run = () => RunAsync(Up, [Case("t.one", Passes)], observe: record =>
        {
            if (record is StepStarted { Step: 1 })
                throw new InvalidOperationException("cannot show this");
        });

        await run.Should().ThrowAsync<Kola.Machines.HostException>().WithMessage("*record*cannot show this*");
    }

    private static AttemptFinished Attempt(RunResult run, string scenario) => run.Attempts.Single(attempt => attempt.Scenario == scenario);

    private ScenarioCase Case(string name, string steps, string timeout = "timeout: 10m") => Load(Write(name, steps, timeout));

    private static ScenarioCase Load(string file) => ScenarioFile.Load(file).Expand().Single();

    private string Write(string name, string steps, string timeout)
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        File.WriteAllText(file, $"scenario: {name}\nsummary: A scenario of a test\n{timeout}\nimage: {machines.Image}\nmachines: {{node: {{firmware: bios, ready: false, credentials: {{a: b}}}}}}\nsteps:\n{steps}\n");
        return file;
    }

    private async Task<RunResult> RunAsync(
        string[] script, ScenarioCase[] cases, TimeProvider? time = null, Func<RunOptions, RunOptions>? with = null, CancellationToken? stopping = null, Action<RunEvent>? observe = null)
    {
        var environment = machines.Environment(script) with { Time = time ?? TimeProvider.System };
        var engine = await machines.EngineAsync(environment, Stop);
        var options = new RunOptions { StateFolder = machines.Folder };
        var plan = await engine.PlanAsync(cases, with is null ? options : with(options), null, Stop);
        return await engine.ExecuteAsync(plan, record =>
        {
            lock (events)
                events.Add(record);
            observe?.Invoke(record);
        }, stopping ?? Stop).WaitAsync(Patience, TimeProvider.System, Stop);
    }
}
