using FluentAssertions;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Snapshots;

/// <summary>Checkpoints and the scenarios that go on from them, on the fake QEMU.</summary>
internal sealed class ForkTests
{
    private const string Parent = "t.parent", Fork = "t.fork", Other = "t.other";
    private static readonly string[] Script = ["cont: print booted\\n", "resume: print goes on\\n"];
    private readonly Dictionary<string[], MachineEnvironment> environments = [];
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        environments.Clear();
        Write(Parent, """
            machines: {node: {firmware: bios, ready: false, credentials: {a: b}}}
            steps:
              - console: {seen: booted}
              - checkpoint: here
              - console: {seen: goes on}
            """, $"image: {machines.Image}");
        foreach (var fork in new[] { Fork, Other })
            Write(fork, $$"""
                from: {scenario: {{Parent}}.yaml, checkpoint: here}
                steps:
                  - console: {seen: [booted, goes on]}
                """);
    }

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task A_parent_runs_once_for_all_its_forks_which_go_on_where_it_was()
    {
        var (run, events) = await RunAsync(Script, [Other, Parent, Fork]);

        run.Passed.Should().BeTrue(string.Join('\n', run.Attempts.Select(a => a.Reason)));
        run.Attempts.Should().HaveCount(3);
        events.OfType<MachineChanged>().Where(m => m.State == "started").Select(m => m.Scenario).Should().Equal(Parent);
        var origins = events.OfType<MachineOrigin>().ToDictionary(o => o.Scenario);
        origins[Parent].Path.Should().Be("cold");
        origins[Fork].Should().BeEquivalentTo(new { Path = "fork", State = origins[Other].State });
    }

    [Test]
    public async Task A_fork_alone_brings_its_parent_and_later_finds_its_state()
    {
        var (first, _) = await RunAsync(Script, [Fork]);
        var (second, events) = await RunAsync(Script, [Other]);

        first.Attempts.Select(a => a.Scenario).Should().BeEquivalentTo(Parent, Fork);
        first.Passed.Should().BeTrue();
        second.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
        events.OfType<MachineChanged>().Should().NotContain(m => m.State == "started");
    }

    [Test]
    public async Task Several_turns_of_a_fork_share_a_state_and_each_is_told()
    {
        Write(Other, $$"""
            from: {scenario: {{Parent}}.yaml, checkpoint: here}
            steps:
              - console: {seen: booted, never: booted}
            """);

        var (run, events) = await RunAsync(Script, [Fork, Other], turns: 2);

        run.Attempts.Select(a => (a.Scenario, a.Outcome)).Should().BeEquivalentTo(
            [(Parent, Outcome.Passed), ($"{Fork}[turn=1]", Outcome.Passed), ($"{Fork}[turn=2]", Outcome.Passed), ($"{Other}[turn=1]", Outcome.Failed), ($"{Other}[turn=2]", Outcome.Failed)]);
        events.OfType<MachineOrigin>().Where(origin => origin.Path == "fork").Select(origin => origin.State).Distinct().Should().ContainSingle();
        // One turn is enough to see it again.
        run.Attempts.Should().OnlyContain(a => a.Outcome == Outcome.Passed || a.Reproduce!.StartsWith($"ci/kola run {Other} "));
    }

    [Test]
    public async Task Turns_of_a_parent_keep_one_state()
    {
        Write(Parent, """
            machines: {node: {firmware: bios, ready: false, credentials: {a: b}}}
            steps:
              - console: {seen: booted}
              - checkpoint: here
            """, $"image: {machines.Image}");

        var (run, _) = await RunAsync(Script, [Parent], turns: 2);
        var (forked, _) = await RunAsync(Script, [Fork]);

        run.Passed.Should().BeTrue(run.Reasons());
        Directory.EnumerateDirectories(machines.Snapshots()).Should().ContainSingle();
        forked.Attempts.Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
    }

    [Test]
    public async Task A_parent_that_fails_before_its_checkpoint_leaves_its_forks_not_proven()
    {
        var (run, events) = await RunAsync(["cont: print Kernel panic - not syncing: on purpose\\n"], [Fork]);

        var attempts = run.Attempts.ToDictionary(a => a.Scenario);
        attempts[Parent].Outcome.Should().Be(Outcome.Failed);
        attempts[Fork].Outcome.Should().Be(Outcome.NotProven);
        attempts[Fork].Reason.Should().Contain("checkpoint 'here' of t.parent").And.Contain("on purpose");
        run.Passed.Should().BeFalse();
        events.OfType<MachineChanged>().Should().NotContain(m => m.Scenario == Fork, "it was never tried");
        Directory.EnumerateDirectories(machines.Snapshots()).Should().BeEmpty();
    }

    [Test]
    public async Task Forks_of_a_checkpoint_that_found_no_room_fail_because_of_the_host()
    {
        Write(Parent, """
            machines: {node: {firmware: bios, ready: false, credentials: {a: b}}}
            steps:
              - console: {seen: booted}
              - checkpoint: here
            """, $"image: {machines.Image}");

        var (run, events) = await RunAsync(Script, [Fork], freeBytes: _ => 1L << 20);

        var attempts = run.Attempts.ToDictionary(a => a.Scenario);
        attempts[Parent].Outcome.Should().Be(Outcome.Passed, attempts[Parent].Reason);
        attempts[Fork].Outcome.Should().Be(Outcome.Infrastructure);
        attempts[Fork].Cause!.Blame.Should().Be(Blame.Host);
        attempts[Fork].Reason.Should().Contain("checkpoint 'here' of t.parent").And.Contain($"no room for a snapshot in {machines.Snapshots()} (1 MiB free").And.Contain("kola cache prune --all");
        run.Passed.Should().BeFalse();
        events.OfType<MachineChanged>().Should().NotContain(m => m.Scenario == Fork, "there is nothing to start");
    }

    [Test]
    public async Task A_state_that_was_tampered_with_is_made_again()
    {
        await RunAsync(Script, [Fork]);
        var memory = Directory.EnumerateFiles(machines.Snapshots(), "memory", SearchOption.AllDirectories).Should().ContainSingle().Subject;
        await File.AppendAllTextAsync(memory, "!", Stop);

        var (run, _) = await RunAsync(Script, [Fork]);

        run.Attempts.Select(a => a.Scenario).Should().BeEquivalentTo(Parent, Fork);
        run.Passed.Should().BeTrue();
    }

    [Test]
    public async Task A_state_is_bound_to_the_steps_that_led_to_it()
    {
        await RunAsync(Script, [Fork]);
        var file = Path.Combine(machines.Folder, $"{Parent}.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Stop)).Replace("{seen: booted}", "{seen: boot}"), Stop);

        var (run, _) = await RunAsync(Script, [Fork]);

        run.Attempts.Select(a => a.Scenario).Should().BeEquivalentTo(Parent, Fork);
    }

    [Test]
    public async Task A_run_that_is_to_boot_everything_takes_no_state_of_one_that_was_not()
    {
        await RunAsync(Script, [Fork]);

        var (run, _) = await RunAsync(Script, [Fork], cold: true);

        run.Attempts.Select(a => a.Scenario).Should().BeEquivalentTo(Parent, Fork);
        run.Passed.Should().BeTrue();
    }

    [TestCase("checkpoint: there", "has no checkpoint 'there'")]
    [TestCase("checkpoint: here, more: 1", "unknown key 'more'")]
    public void A_fork_of_what_is_not_there_is_refused_with_its_place(string checkpoint, string expected)
    {
        Write(Fork, $$"""
            from: {scenario: {{Parent}}.yaml, {{checkpoint}}}
            steps:
              - console: {seen: booted}
            """);

        FluentActions.Invoking(() => ScenarioFile.Load(Path.Combine(machines.Folder, $"{Fork}.yaml"))).Should().Throw<ScenarioException>().WithMessage($"*{Fork}.yaml:4:*{expected}*");
    }

    [Test]
    public void A_scenario_cannot_go_on_from_itself()
    {
        Write(Fork, $$"""
            from: {scenario: {{Fork}}.yaml, checkpoint: here}
            steps:
              - checkpoint: here
            """);

        FluentActions.Invoking(() => ScenarioFile.Load(Path.Combine(machines.Folder, $"{Fork}.yaml"))).Should().Throw<ScenarioException>().WithMessage("*itself*");
    }

    private void Write(string name, string body, string more = "") => File.WriteAllText(Path.Combine(machines.Folder, $"{name}.yaml"), $"""
        scenario: {name}
        summary: A scenario of a test
        timeout: 10m
        {body}
        {more}
        """);

    private async Task<(RunResult Run, List<RunEvent> Events)> RunAsync(string[] script, string[] names, bool cold = false, int turns = 0, Func<string, long>? freeBytes = null)
    {
        // The same QEMU again, or its states would be another QEMU's.
        if (!environments.TryGetValue(script, out var environment))
            environments[script] = environment = machines.Environment(script);
        var engine = await machines.EngineAsync(environment, Stop, freeBytes: freeBytes);
        var events = new List<RunEvent>();
        var cases = names.SelectMany(name => ScenarioFile.Load(Path.Combine(machines.Folder, $"{name}.yaml")).Expand());
        var plan = await engine.PlanAsync(
            [.. turns == 0 ? cases : cases.SelectMany(one => one.InTurns(turns))], new() { StateFolder = machines.Folder, Cold = cold }, null, Stop);
        return (await engine.ExecuteAsync(plan, events.Add, Stop), events);
    }
}
