using FluentAssertions;
using Kola.Machines.Host;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts;

/// <summary>What comes too late on a starved host says nothing about the product; what is wrong stays wrong. On the fake QEMU, with a meter that says what the test wants.</summary>
internal sealed class StarvedHostTests
{
    private const string Waits = "  - console: {seen: never comes}\n    timeout: 1s";
    private const string Panics = "cont: print Kernel panic - not syncing: on purpose\\n";
    private const string TimerCheck = "cont: print Kernel panic - not syncing: IO-APIC + timer doesn't work!  Boot with apic=debug and send a report.\\n";
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
    public async Task A_bound_that_is_missed_on_a_starved_host_is_infrastructure()
    {
        var run = await RunAsync("cont: print up\\n", Waits, waits: 0.7);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Infrastructure);
        run.Reasons().Should().StartWith("starved host: node waited for a processor 7").And.Contain("timed out after 1 s waiting for").And.Contain("--jobs");
        events.OfType<StepFinished>().Single(step => step.Step == 1).Outcome.Should().Be(Outcome.Infrastructure);
    }

    [Test]
    public async Task A_bound_that_is_missed_on_a_calm_host_is_the_products() =>
        (await RunAsync("cont: print up\\n", Waits, waits: 0.2)).Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Failed);

    [TestCase(TimerCheck, 0.7, Outcome.Infrastructure)]
    [TestCase(TimerCheck, 0.2, Outcome.Failed)]
    [TestCase(Panics, 0.7, Outcome.Failed)]
    public async Task A_panic_of_the_kernels_own_watchdog_is_the_hosts_where_that_was_starved_and_any_other_never(string script, double waits, Outcome outcome) =>
        (await RunAsync(script, "  - console: {seen: never comes}\n    timeout: 10s", waits)).Attempts.Should().ContainSingle().Which.Outcome.Should().Be(outcome);

    [TestCase("  - console: {seen: up}", Outcome.Passed)]
    [TestCase("  - console: {seen: up}\n  - console: {never: [up]}", Outcome.Failed)]
    public async Task What_was_seen_counts_whatever_the_load(string steps, Outcome outcome)
    {
        var run = await RunAsync("cont: print up\\n", steps, waits: 0.9);

        run.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(outcome, run.Reasons());
    }

    [Test]
    public async Task Every_attempt_records_how_starved_it_was()
    {
        var run = await RunAsync("cont: print up\\n", "  - console: {seen: up}", waits: 0.3);

        var share = run.Attempts.Single().Starvation!;
        share.Machine.Should().Be("node");
        share.Waited.Should().BeApproximately(0.3, 0.01);
        EventLog.ToLine(run.Attempts.Single()).Should().Contain("\"starvation\":{\"machine\":\"node\",\"seconds\":").And.Contain("\"waited\":0.3");
    }

    [Test]
    public async Task The_next_attempt_waits_for_a_calmer_host_and_has_it_to_itself()
    {
        Directory.CreateDirectory(Path.Combine(machines.Folder, "proc", "pressure"));
        var pressure = Path.Combine(machines.Folder, "proc", "pressure", "cpu");
        await File.WriteAllTextAsync(pressure, "some avg10=0 avg60=0 avg300=0 total=0\n", Stop);
        var time = new FakeTimeProvider();
        var claims = new List<string>();

        var running = RunAsync("cont: print up\\n", Waits, waits: 0.7, retries: 1, calm: new(time, machines.Folder), observe: record =>
        {
            if (record is AttemptStarted)
                claims.AddRange(Directory.EnumerateFiles(Path.Combine(machines.Folder, "budget", "admitted")).Select(Path.GetFileName)!);
        });
        for (var stall = 1; !events.OfType<AdmissionAwaited>().Any() && !running.IsCompleted; stall++)
        {
            await File.WriteAllTextAsync(pressure, $"some avg10=0 avg60=0 avg300=0 total={stall * 9_000_000}\n", Stop);
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }

        events.OfType<AttemptStarted>().Should().ContainSingle("it waits");
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }

        (await running).Attempts.Single().Attempt.Should().Be(2);
        events.OfType<AdmissionAwaited>().First().Detail.Should().StartWith("waiting for a calmer host");
        claims.Select(name => name.Split('.')[1]).Should().Equal("2", "1048576");
    }

    private async Task<RunResult> RunAsync(string script, string steps, double waits, int retries = 0, HostCalm? calm = null, Action<RunEvent>? observe = null)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var environment = machines.Environment(script) with
        {
            ReadScheduler = (process, at) => new(at, process, new Dictionary<int, TimeSpan> { [1] = TimeProvider.System.GetElapsedTime(begun, at) * waits }, TimeSpan.Zero, TimeSpan.Zero),
        };
        var engine = await machines.EngineAsync(environment, Stop, calm: calm);
        var file = await machines.WriteScenarioAsync("t.one", steps, Stop);
        var plan = await engine.PlanAsync([ScenarioFile.Load(file).Expand().Single()], new() { StateFolder = machines.Folder, Retries = retries }, null, Stop);
        return await engine.ExecuteAsync(plan, record =>
        {
            lock (events)
                events.Add(record);
            observe?.Invoke(record);
        }, Stop).WaitAsync(Patience, TimeProvider.System, Stop);
    }
}
