using System.Globalization;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Snapshots;

/// <summary>Checkpoints of machines that share a network, on the fake QEMU.</summary>
internal sealed class SetForkTests
{
    private const string Parent = "t.parent", Fork = "t.fork";
    private static readonly string[] Moments = ["stop", "migrate", "migrate-incoming", "cont"];
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        Write(Parent, $$"""
            image: {{machines.Image}}
            networks: { lab: 10.20.0.0/24 }
            machines:
              node:
                count: 2
                firmware: bios
                ready: false
                network: { joins: { lab: "10.20.0.1${index}" } }
                ignition: { ignition: { version: 3.3.0 } }
            steps:
              - on: [node1, node2]
                console: { seen: booted }
              - lab: lab
                partition: [[node1], [node2]]
              - checkpoint: here
              - on: [node1, node2]
                console: { seen: goes on }
            """);
        Write(Fork, $$"""
            from: { scenario: {{Parent}}.yaml, checkpoint: here }
            steps:
              - on: [node1, node2]
                console: { seen: [booted, goes on] }
            """);
    }

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task All_stand_before_one_is_saved_and_all_are_loaded_before_one_runs()
    {
        var (run, events) = await RunAsync();

        run.Passed.Should().BeTrue(run.Reasons());
        events.OfType<MachineOrigin>().Where(origin => origin.Scenario == Fork).Select(origin => (origin.Machine, origin.Path)).Should().BeEquivalentTo([("node1", "fork"), ("node2", "fork")]);
        var said = Directory.EnumerateFiles(machines.Folder, "trace.*").SelectMany(File.ReadLines).Select(line => line.Split(' '))
            .OrderBy(line => long.Parse(line[0], CultureInfo.InvariantCulture)).Where(line => Moments.Contains(line[2])).Select(line => (Machine: line[1], Command: line[2])).ToList();
        said.TakeWhile(one => one.Command != "migrate").Where(one => one.Command == "stop").Select(one => one.Machine).Should().Contain(["node1", "node2"]);
        // Both boot; both go on as the parent, whose second machine is slow; and as the fork.
        said.Select(one => one.Command).Where(command => command is "migrate-incoming" or "cont").Should().Equal(
            "cont", "cont", "migrate-incoming", "migrate-incoming", "cont", "cont", "migrate-incoming", "migrate-incoming", "cont", "cont");
    }

    [Test]
    public async Task The_network_of_a_fork_is_parted_as_its_parents_was()
    {
        var (run, events) = await RunAsync();

        run.Passed.Should().BeTrue(run.Reasons());
        events.OfType<NetworkChanged>().Where(change => change.Scenario == Fork).Should().ContainSingle().Which.Partition!.Select(set => string.Join(' ', set)).Should().Equal("node1", "node2");
    }

    private void Write(string name, string body) => File.WriteAllText(Path.Combine(machines.Folder, $"{name}.yaml"), $"""
        scenario: {name}
        summary: A scenario of a test
        timeout: 10m
        {body}
        """);

    private async Task<(RunResult Run, List<RunEvent> Events)> RunAsync()
    {
        var engine = await machines.EngineAsync(
            machines.Environment("cont: print booted\\n", "resume: print goes on\\n", "launch node2: delay 700", $"trace: file {machines.Folder}/trace"), Stop);
        var events = new List<RunEvent>();
        var cases = new[] { Parent, Fork }.SelectMany(name => ScenarioFile.Load(Path.Combine(machines.Folder, $"{name}.yaml")).Expand());
        var plan = await engine.PlanAsync([.. cases], new() { StateFolder = machines.Folder }, null, Stop);
        return (await engine.ExecuteAsync(plan, events.Add, Stop), events);
    }
}
