using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Scheduling;
using Kola.Tests.Machines;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>The engine on the fake QEMU: what is recorded, and what becomes of what.</summary>
internal sealed class RunEngineTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task A_scenario_whose_expectations_hold_passes()
    {
        var (run, events) = await RunAsync(["cont: print hello\\n"], Scenario("t.one", "console: {seen: hello}"));

        run.Passed.Should().BeTrue();
        events.OfType<StepFinished>().Should().OnlyContain(s => s.Outcome == Outcome.Passed);
        events.OfType<MachineChanged>().Select(m => m.State).Should().ContainInOrder("started", "stopped");
        events[^1].Should().BeOfType<RunFinished>().Which.Interrupted.Should().BeFalse();
    }

    [Test]
    public async Task The_plan_is_on_disk_before_anything_starts()
    {
        var (run, events) = await RunAsync(["cont: print hello\\n"], Scenario("t.one", "console: {seen: hello}"), Scenario("t.two", "console: {seen: hello}"));

        events[0].Should().BeOfType<RunPlanned>().Which.Scenarios.Select(s => s.Id).Should().BeEquivalentTo("t.one", "t.two");
        EventLog.Read(Path.Combine(run.Folder.Path, EventLog.FileName)).Select(EventLog.ToLine).Should().Equal(events.Select(EventLog.ToLine));
    }

    [Test]
    public async Task An_expectation_that_does_not_hold_is_a_product_failure_with_its_reason_and_how_to_see_it_again()
    {
        var (run, events) = await RunAsync(["cont: print hello\\n"], Scenario("t.one", "console: {seen: hello, never: hel+o}"));

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Contain("must never show /hel+o/").And.Contain("node");
        attempt.Reproduce.Should().StartWith("ci/kola run t.one ").And.EndWith($"--seed {((RunPlanned)events[0]).Seed}");
        attempt.Files.Should().Contain(f => f.EndsWith("node/console.log")).And.Contain(f => f.EndsWith("node/console-tail.txt")).And.NotContain(f => f.Contains("id_ecdsa"));
        run.Passed.Should().BeFalse();
    }

    [Test]
    public async Task A_panic_ends_the_wait_at_once_and_what_the_console_says_next_is_kept()
    {
        var (run, _) = await RunAsync(
            ["cont: print Kernel panic - not syncing: Attempted to kill init!\\n", "cont: delay 300", "cont: print Out of memory: Killed process 1 (init)\\n"],
            Scenario("t.one", "console: {seen: never comes}\n    timeout: 1h"));

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Contain("kernel-panic").And.Contain("Attempted to kill init").And.Contain("the console went on: Out of memory");
    }

    [Test]
    public async Task A_panic_that_the_scenario_allows_ends_nothing_and_is_recorded()
    {
        var (run, events) = await RunAsync(
            ["cont: print Kernel panic - not syncing: on purpose\\n", "cont: print after\\n"], Scenario("t.one", "console: {seen: after}", "allow: [kernel-panic]"));

        run.Passed.Should().BeTrue();
        events.OfType<Kola.Results.Events.ConsoleFault>().Should().ContainSingle().Which.Allowed.Should().BeTrue();
    }

    [Test]
    public async Task A_fault_of_a_machine_that_the_step_is_not_about_ends_the_attempt_at_once()
    {
        string Program(params string[] script) => machines.Environment(script).Qemu.Path;
        var environment = machines.Environment([]);
        File.WriteAllText(environment.Qemu.Path, $"#!/bin/sh\ncase \"$*\" in *'-name other '*) exec '{Program("cont: delay 300", "cont: print BUG: scheduling while atomic\\n")}' \"$@\";; *) exec '{Program("cont: print up\\n")}' \"$@\";; esac\n");
        var file = Scenario("t.one", "console: {seen: never comes}\n    on: node\n    timeout: 1h");
        File.WriteAllText(file, File.ReadAllText(file).Replace("machines:\n", "machines:\n  other: {firmware: bios, ready: false, credentials: {a: b}}\n"));

        await using var host = new ExecutionHost(environment, machines.Folder);
        var engine = Engine(host);
        var run = await engine.ExecuteAsync(await engine.PlanAsync([.. ScenarioFile.Load(file).Expand()], Options, null, Stop), _ => { }, Stop);

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().StartWith("other: kernel-oops: BUG: scheduling while atomic");
    }

    [Test]
    public async Task A_QEMU_that_dies_is_infrastructure_and_noticed_at_once()
    {
        var (run, events) = await RunAsync(["cont: print going\\n", "cont: stderr the host is out of luck\\n", "cont: die"], Scenario("t.one", "console: {seen: never comes}\n    timeout: 1h"));

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Infrastructure);
        attempt.Reason.Should().Contain("out of luck");
        events.OfType<MachineChanged>().Should().Contain(m => m.State == "died");
    }

    [Test]
    public async Task A_wait_that_is_over_is_a_product_failure_that_tells_what_was_awaited()
    {
        var (run, _) = await RunAsync(["cont: print hello\\n"], Scenario("t.one", "console: {seen: never comes}\n    timeout: 10ms"));

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Contain("/never comes/ on the console");
    }

    [Test]
    public async Task Stopping_a_run_leaves_what_was_not_tried_unproven()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var (run, events) = await RunAsync(
            ["cont: print up\\n"], record =>
            {
                if (record is MachineChanged { State: "started" })
                    stopping.Cancel();
            },
            options => options with { Jobs = 1 },
            [Scenario("t.one", "console: {seen: never comes}\n    timeout: 1h"), Scenario("t.two", "console: {seen: up}")], stopping.Token);

        run.Interrupted.Should().BeTrue();
        run.Passed.Should().BeFalse();
        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Interrupted);
        events[^1].Should().BeOfType<RunFinished>().Which.Interrupted.Should().BeTrue();
    }

    [Test]
    public async Task A_run_that_reaches_its_maximum_duration_says_so()
    {
        var time = new FakeTimeProvider();
        var (run, events) = await RunAsync(
            ["cont: print up\\n"], record =>
            {
                if (record is MachineChanged { State: "started" })
                    time.Advance(TimeSpan.FromHours(2));
            },
            options => options with { Jobs = 1, MaxDuration = TimeSpan.FromHours(1.5) },
            [Scenario("t.one", "console: {seen: never comes}\n    timeout: 1h"), Scenario("t.two", "console: {seen: never comes}\n    timeout: 1h")], Stop, time: time);

        run.Passed.Should().BeFalse();
        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Interrupted);
        attempt.Reason.Should().Contain("the run reached its maximum duration of 90 min");
        events[^1].Should().BeEquivalentTo(new { Interrupted = true, LimitSeconds = 5400.0 });
    }

    [Test]
    public async Task Time_that_is_up_when_all_has_ended_is_no_interruption()
    {
        var time = new FakeTimeProvider();
        var (run, events) = await RunAsync(
            ["cont: print up\\n"], record =>
            {
                if (record is AttemptFinished)
                    time.Advance(TimeSpan.FromHours(2));
            },
            options => options with { MaxDuration = TimeSpan.FromHours(1.5) }, [Scenario("t.one", "console: {seen: up}")], Stop, time: time);

        run.Passed.Should().BeTrue();
        events[^1].Should().BeEquivalentTo(new { Interrupted = false, LimitSeconds = (double?)null });
    }

    [Test]
    public async Task Fail_fast_starts_nothing_more_and_is_no_pass()
    {
        var (run, _) = await RunAsync(
            ["cont: print up\\n"], null, options => options with { Jobs = 1, FailFast = true },
            [Scenario("t.one", "console: {never: up, seen: up}"), Scenario("t.two", "console: {never: up, seen: up}")], Stop);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);
        run.Planned.Should().Be(2);
        run.Passed.Should().BeFalse();
    }

    [Test]
    public async Task What_tells_soonest_goes_first_by_what_was_recorded_and_the_record_says_so()
    {
        await RunAsync(["cont: print up\\n"], Scenario("t.long", "console: {seen: up}"), Scenario("t.short", "console: {seen: up}"));
        var known = await File.ReadAllTextAsync(Path.Combine(machines.Folder, "durations.json"), Stop);
        known.Should().Contain("t.long kvm cold").And.Contain("t.short kvm cold");
        await File.WriteAllTextAsync(Path.Combine(machines.Folder, "durations.json"), """{"t.long kvm cold":{"seconds":99,"at":"2026-01-01T00:00:00Z"},"t.short kvm cold":{"seconds":1,"at":"2026-01-01T00:00:00Z"}}""", Stop);

        var (_, events) = await RunAsync(
            ["cont: print up\\n"], null, options => options with { Jobs = 1 },
            [Path.Combine(machines.Folder, "t.long.yaml"), Path.Combine(machines.Folder, "t.short.yaml")], Stop);

        ((RunPlanned)events[0]).Scenarios.Select(s => (s.Id, s.ExpectedSeconds)).Should().Equal(("t.short", 1), ("t.long", 99));
        events.OfType<AttemptStarted>().Select(started => started.Scenario).Should().Equal("t.short", "t.long");
    }

    [Test]
    public async Task Durations_that_cannot_be_read_are_told_and_change_no_outcome()
    {
        await File.WriteAllTextAsync(Path.Combine(machines.Folder, "durations.json"), "{", Stop);

        var (run, events) = await RunAsync(["cont: print up\\n"], Scenario("t.one", "console: {seen: up}"));

        run.Passed.Should().BeTrue();
        ((RunPlanned)events[0]).Notes.Should().ContainSingle().Which.Should().Contain("durations.json");
    }

    [Test]
    public async Task A_scenario_waits_for_what_another_run_holds_and_its_clock_does_not_run_meanwhile()
    {
        var budget = new Demand(2, 2L << 30);
        var held = await new HostBudget(Path.Combine(machines.Folder, "budget"), () => budget, TimeProvider.System).TakeAsync(new(1, 1536L << 20), "other", _ => { }, Stop);

        var (run, events) = await RunAsync(
            ["cont: print up\\n"], record =>
            {
                if (record is AdmissionAwaited)
                    held.Dispose();
            },
            options => options, [Scenario("t.one", "console: {seen: up}")], Stop, () => budget);

        run.Passed.Should().BeTrue();
        events.OfType<AdmissionAwaited>().Should().ContainSingle().Which.Detail.Should().Contain("held by run other");
        events.FindIndex(record => record is AttemptStarted).Should().BeGreaterThan(events.FindIndex(record => record is AdmissionAwaited));
    }

    [Test]
    public async Task A_scenario_that_is_greater_than_the_host_is_not_proven_and_does_not_stand_in_the_way_of_others()
    {
        var (run, _) = await RunAsync(
            ["cont: print up\\n"], null, options => options,
            [Scenario("t.large", "console: {seen: up}"), Scenario("t.small", "console: {seen: up}", memory: "256MiB")], Stop, () => new(2, 512L << 20));

        run.Attempts.Single(attempt => attempt.Scenario == "t.small").Outcome.Should().Be(Outcome.Passed);
        var large = run.Attempts.Single(attempt => attempt.Scenario == "t.large");
        large.Outcome.Should().Be(Outcome.Infrastructure);
        large.Reason.Should().Contain("512 MiB for machines; give them less");
        run.Passed.Should().BeFalse();
    }

    [Test]
    public async Task Nothing_selected_is_an_error_and_no_run()
    {
        await using var host = new ExecutionHost(machines.Environment([]), machines.Folder);

        await FluentActions.Awaiting(() => Engine(host).PlanAsync([], Options, null, Stop)).Should().ThrowAsync<InputException>().WithMessage("nothing to run*");
        Directory.Exists(Path.Combine(machines.Folder, "runs")).Should().BeFalse();
    }

    [TestCase(null, null), TestCase("", null), TestCase("8", 8)]
    public void The_processors_to_share_can_be_set(string? setting, int? cpus) => ExecutionHost.Cpus(setting).Should().Be(cpus);

    [TestCase("0"), TestCase("-1"), TestCase("many"), TestCase("1.5")]
    public void A_number_of_processors_that_is_none_is_refused(string setting) =>
        FluentActions.Invoking(() => ExecutionHost.Cpus(setting)).Should().Throw<InputException>().WithMessage($"KOLA_CPUS={setting}: expected*");

    private RunOptions Options => new() { StateFolder = machines.Folder };

    private RunEngine Engine(ExecutionHost host, TimeProvider? time = null)
    {
        var catalog = Path.Combine(machines.Folder, "catalog.yaml");
        File.WriteAllText(catalog, "images: {}\n");
        var locations = new ImageLocations { Checkout = machines.Folder, State = machines.Folder, Cache = Path.Combine(machines.Folder, "cache") };
        return new RunEngine(host, new ImageStore(ImageCatalog.Load(catalog), locations), "test", time ?? TimeProvider.System);
    }

    private Task<(RunResult Run, List<RunEvent> Events)> RunAsync(string[] script, params string[] files) => RunAsync(script, null, o => o, files, Stop);

    private async Task<(RunResult Run, List<RunEvent> Events)> RunAsync(
        string[] script, Action<RunEvent>? observe, Func<RunOptions, RunOptions> with, string[] files, CancellationToken stopping, Func<Demand>? measure = null, TimeProvider? time = null)
    {
        // Not disposed: its scope is the machines' own.
        var host = new ExecutionHost(machines.Environment(script), machines.Folder, measure: measure);
        var engine = Engine(host, time);
        var events = new List<RunEvent>();
        var plan = await engine.PlanAsync([.. files.SelectMany(f => ScenarioFile.Load(f).Expand())], with(Options), null, Stop);
        var run = await engine.ExecuteAsync(plan, record =>
        {
            events.Add(record);
            observe?.Invoke(record);
        }, stopping);
        return (run, events);
    }

    private string Scenario(string name, string step, string more = "", string memory = "1GiB")
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        File.WriteAllText(file, $"""
            scenario: {name}
            summary: A scenario of a test
            timeout: 10m
            image: {machines.Image}
            {more}
            machines:
              node:
                firmware: bios
                memory: {memory}
                ready: false
                credentials: {"{a: b}"}
            steps:
              - {step}
            """);
        return file;
    }
}
