using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Steps about clusters.</summary>
public sealed class ClusterStepsTests
{
    private const string Cluster = """
        scenario: test.cluster
        summary: A test
        image: kola-os:1
        machines: { node: { count: 3 } }
        steps:
          - fleet-lock: locks
          - serve: updates
            release: kola-os:2
          - watch: cluster
            at-most-down: 1
            writes: { command: "echo $KOLA_WRITE", within: 5s }
            lock: { id: hostname, held-down: 1m }
          - roll: "2"
        """;

    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void They_are_about_all_machines_unless_they_say_otherwise()
    {
        var steps = folder.Load(Cluster).Expand()[0].Steps;

        steps[2].On.Should().Equal("node1", "node2", "node3");
        steps[2].Title.Should().Be("watch: cluster, at most 1 down, a write every 5 s, no reboot without a slot");
        steps[3].On.Should().Equal("node1", "node2", "node3");
        steps[3].Title.Should().Be("roll: to 2");
    }

    [TestCase("at-most-down: 1", "at-most-down: 3", "9:5: 3 of 3 machines may be down, so nothing is watched; expected 'at-most-down' below 3")]
    [TestCase("at-most-down: 1", "on: node1\n    at-most-down: 0", "9:5: 'watch' is about one machine; expected at least two")]
    [TestCase("    at-most-down: 1\n", "", "9:5: key 'at-most-down' is missing; *")]
    [TestCase("- fleet-lock: locks\n  ", "", "8:5: no FleetLock server before 'watch'; expected a step 'fleet-lock' before it, or no 'lock'")]
    [TestCase("- fleet-lock: locks", "- fleet-lock: locks\n  - fleet-lock: others", "10:5: 'lock' does not say which server; expected 'server:' with one of locks, others")]
    [TestCase("id: hostname", "id: hostname, group: blue", "9:5: the FleetLock server has no group 'blue'; expected one of default")]
    [TestCase("- fleet-lock: locks\n  - serve: updates\n    release: kola-os:2\n  - watch: cluster\n    at-most-down: 1\n    writes: { command: \"echo $KOLA_WRITE\", within: 5s }\n    lock: { id: hostname",
        "- fleet-lock: others\n  - fleet-lock: locks\n    groups: { blue: 1 }\n  - serve: updates\n    release: kola-os:2\n  - watch: cluster\n    at-most-down: 1\n    lock: { id: hostname, server: locks, group: bleu",
        "11:5: the FleetLock server has no group 'bleu'; expected one of blue; did you mean 'blue'?")]
    [TestCase("id: hostname", "id: hostname, server: lokcs", "9:5: no FleetLock server is called 'lokcs'; expected one of locks; did you mean 'locks'?")]
    [TestCase("at-most-down: 1", "on: [node1, node2]\n    at-most-down: 1", "14:5: node3 would reboot unwatched; expected a step 'watch' about them before 'roll'")]
    [TestCase("- serve: updates\n    release: kola-os:2\n  ", "", "11:5: nothing is served before 'roll'; *")]
    [TestCase("roll: \"2\"", "roll: \"2\"\n    fails-on: 4", "13:5: 'fails-on' is 4 of 3 machines; *")]
    [TestCase("roll: \"2\"", "roll: \"2\"\n    fails-on: 1\n    wait: false", "13:5: both 'fails-on' and 'wait: false' are given; *")]
    [TestCase("    lock: { id: hostname, held-down: 1m }\n  - roll: \"2\"", "  - roll: \"2\"\n    fails-on: 1", "12:5: whether the others ask and are refused is not known; expected 'lock' at the step 'watch'")]
    [TestCase("- roll:", "- checkpoint: here\n  - roll:", "13:5: 'cluster' is watched since line 9, and the machines stand still at a checkpoint; expected 'checkpoint' before 'watch'")]
    public void A_mistake_is_told_with_its_place(string right, string wrong, string expected)
    {
        Cluster.Should().Contain(right);

        folder.Problems(Cluster.Replace(right, wrong, StringComparison.Ordinal)).Should().ContainMatch(expected);
    }
}
