using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Model;
using Kola.Scenarios.Snapshots;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Snapshots;

/// <summary>What two scenarios must have in common to share a template.</summary>
internal sealed class SnapshotKeysTests
{
    private const string Lab = """
        scenario: t.lab
        summary: A test
        image: t
        networks: { lab: 10.20.0.0/24 }
        machines:
          node:
            count: 2
            ignition: { ignition: { version: 3.3.0 } }
            network: { joins: { lab: "10.20.0.1${index}" } }
        steps:
          - on: node1
            run: "true"
        """;

    private FakeMachines machines = null!;
    private MachineEnvironment environment = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        // One QEMU for both: another is another snapshot.
        environment = machines.Environment([]);
    }

    [TearDown]
    public ValueTask Clean() => machines.DisposeAsync();

    [Test]
    public async Task Other_steps_and_another_name_leave_it_the_same() =>
        (await TemplateAsync(Lab.Replace("t.lab", "t.other").Replace("run: \"true\"", "run: \"false\""))).Should().Be(await TemplateAsync(Lab));

    [TestCase("count: 2", "count: 3")]
    [TestCase("10.20.0.1${index}", "10.20.0.2${index}")]
    [TestCase("10.20.0.0/24", "10.20.0.0/16")]
    [TestCase("{ lab: 10.20.0.0/24 }", "{ lab: 10.20.0.0/24, back: 10.21.0.0/24 }", "lab: \"10.20.0.1${index}\"", "lab: \"10.20.0.1${index}\", back: \"10.21.0.1${index}\"")]
    [TestCase("version: 3.3.0", "version: 3.4.0")]
    [TestCase("- on", "- fleet-lock: locks\n  - on")]
    public async Task What_a_machine_is_told_of_its_networks_makes_it_another(params string[] changes)
    {
        var other = changes.Chunk(2).Aggregate(Lab, (text, change) => text.Replace(change[0], change[1]));
        other.Should().NotBe(Lab);

        (await TemplateAsync(other)).Should().NotBe(await TemplateAsync(Lab));
    }

    private async Task<string> TemplateAsync(string text)
    {
        var file = Path.Combine(machines.Folder, "t.yaml");
        await File.WriteAllTextAsync(file, text, Stop);
        var scenario = ScenarioFile.Load(file).Expand()[0];
        var images = new Dictionary<string, ResolvedImage> { ["t"] = machines.Resolved(ProvisioningKind.Ignition) };
        return await new SnapshotKeys(environment, Path.Combine(machines.Folder, "digests"), images, seed: null, allCold: false, "test").TemplateAsync(scenario, Stop);
    }
}
