using FluentAssertions;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Files;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Tests.Machines;
using Kola.Tests.Machines.AdapterPrograms;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>Runs of images whose adapter is a program.</summary>
internal sealed class ProgramRunsTests
{
    private readonly TemporaryFolder folder = new();
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean()
    {
        await machines.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task The_record_names_the_program_by_its_digest_and_what_needs_the_disk_does_not_apply()
    {
        var program = folder.Describing("exit 1");
        var one = Scenario("t.one", "console: { seen: hello }");
        var two = Scenario("t.two", "inspect-disk: { slots: { A: empty } }");

        var events = await RunAsync(program, one, two);

        var planned = ((RunPlanned)events[0]).Scenarios;
        planned.Single(scenario => scenario.Id == "t.one").Should().Match<PlannedScenario>(scenario => scenario.NotApplicable == null && scenario.Images.Single().AdapterSha256 == FileDigest.Sha256OfBytes(File.ReadAllBytes(program)));
        planned.Single(scenario => scenario.Id == "t.two").NotApplicable.Should().Be($"it needs a disk that is read while the machine is off, which os ({program}) does not have");
        events.OfType<AttemptFinished>().Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed);
    }

    [Test]
    public async Task Nothing_is_started_with_a_program_that_is_broken()
    {
        var run = () => RunAsync(folder.Script("exit 4"), Scenario("t.one", "console: { seen: hello }"));

        await run.Should().ThrowAsync<AdapterProgramException>().WithMessage("*question 'describe': ended with exit code 4*");
        Directory.Exists(Path.Combine(machines.Folder, "runs")).Should().BeFalse();
    }

    private async Task<List<RunEvent>> RunAsync(string program, params string[] files)
    {
        var engine = await machines.EngineAsync(machines.Environment("cont: print hello\\n"), Stop, $"images:\n  os: {{file: {machines.Image}, architecture: x86_64, firmware: bios, provisioning: none, adapter: {program}, user: root}}\n");
        var events = new List<RunEvent>();
        var plan = await engine.PlanAsync([.. files.SelectMany(file => ScenarioFile.Load(file, null, LoadingRules.None).Expand())], new() { StateFolder = machines.Folder, Checkout = machines.Folder }, null, Stop);
        await engine.ExecuteAsync(plan, events.Add, Stop);
        return events;
    }

    private string Scenario(string name, string step)
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        File.WriteAllText(file, $$"""
            scenario: {{name}}
            summary: A scenario of a test
            image: os
            machines: {node: {firmware: bios, ready: false, credentials: {a: b} } }
            steps:
              - {{step}}
            """);
        return file;
    }
}
