using System.Net;
using FluentAssertions;
using Kola.Scenarios.Services;
using Kola.Scenarios.Steps.Network;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Networks that machines share, and machines that are written once for several.</summary>
public sealed class LabNetworksTests
{
    private const string Cluster = """
        scenario: test.cluster
        summary: A test
        image: kola-os
        networks: { lab: 10.20.0.0/24, back: 10.21.0.0/16 }
        machines:
          node:
            count: 3
            network: { extra-nics: 1, joins: { lab: "10.20.0.1${index}", back: "10.21.0.${index}" } }
            credentials: { }
            ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: "/etc/${name}" }] } }
        steps:
          - lab: lab
            partition: [[node1], [node2, node3]]
            faults: [{ from: node1, loss: 5%, delay: 20ms, jitter: 5ms, reorder: 1%, duplicate: 0.5%, bandwidth: 1MiB }]
        """;

    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Members_are_machines_of_their_own_with_their_own_variables()
    {
        var scenario = folder.Load(Cluster).Expand()[0];

        scenario.Machines.Select(machine => machine.Name).Should().Equal("node1", "node2", "node3");
        scenario.Machines[1].Network.Joins["lab"].Should().Be(IPAddress.Parse("10.20.0.12"));
        scenario.Machines[2].Ignition!.Config["storage"]!["files"]![0]!["path"]!.GetValue<string>().Should().Be("/etc/node3");
        scenario.Networks["back"].Should().Be(IPNetwork.Parse("10.21.0.0/16"));
    }

    [Test]
    public void The_number_of_members_may_be_a_parameter()
    {
        var scenario = folder.Load(Cluster.Replace("count: 3", "count: ${nodes}", StringComparison.Ordinal) + "\nparameters: { nodes: 5 }");

        scenario.Expand()[0].Machines.Should().HaveCount(5);
        scenario.Expand(new Dictionary<string, string> { ["nodes"] = "3" })[0].Machines.Should().HaveCount(3);
    }

    [Test]
    public void A_machine_is_told_its_addresses_and_everybodys_names()
    {
        var scenario = folder.Load(Cluster).Expand()[0];

        var files = LabProvisioning.Files(scenario, scenario.Machines[1]).ToDictionary(file => file.Path);

        files["/etc/hostname"].Content.Should().Be("node2\n");
        files["/etc/hosts"].Append.Should().BeTrue();
        files["/etc/hosts"].Content.Should().Contain("\n10.20.0.11 node1 node1.lab\n").And.Contain("\n10.21.0.3 node3.back\n");
        // Interfaces 0 and 1 are user networks.
        files["/etc/systemd/network/10-back.network"].Content.Should()
            .Contain($"MACAddress={Kola.Machines.NetworkSpec.HardwareAddress("node2", 3)}\n").And.Contain("Address=10.21.0.2/16\n");
    }

    [Test]
    public void A_step_says_how_the_network_behaves()
    {
        var step = (LabStep)folder.Load(Cluster).Expand()[0].Steps[0];

        step.Title.Should().Be("lab: lab, node1 | node2 node3, node1 to any loss 5% duplicate 0.5% reorder 1%…");
        step.Faults[0].Jitter.Should().Be(TimeSpan.FromMilliseconds(5));
    }

    [TestCase("10.20.0.0/24, back", "10.20.0.1/24, back", "4:18: got '10.20.0.1/24'; expected an IPv4 network such as 10.20.0.0/24")]
    [TestCase("10.20.0.0/24, back", "10.0.5.0/24, back", "4:18: 10.0.5.0/24 is within 10.0.0.0/16, *")]
    [TestCase("10.21.0.0/16", "10.20.0.0/16", "4:38: 10.20.0.0/16 overlaps 10.20.0.0/24 of 'lab'; *")]
    [TestCase("lab: \"10.20.0.1${index}\", ", "", "4:13: no machine joins network 'lab'; expected 'network: { joins: { lab: … } }' at a machine")]
    [TestCase("back: \"10", "bach: \"10", "8:14: machine 'node1' joins network 'bach', which there is not; expected one of lab, back; did you mean 'back'?")]
    [TestCase("10.20.0.1${index}", "10.20.1.1${index}", "8:14: 10.20.1.11 of machine 'node1' is not a host's address in 10.20.0.0/24; *")]
    [TestCase("10.20.0.1${index}", "10.20.0.255", "8:14: 10.20.0.255 of machine 'node1' is not a host's address *")]
    [TestCase("10.20.0.1${index}", "10.20.0.11", "8:14: 10.20.0.11 of machine 'node2' is another machine's; *")]
    [TestCase("10.20.0.1${index}", "10.20.${index}", "8:45: got '10.20.1'; expected an IPv4 address such as 10.20.0.11")]
    [TestCase("ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: \"/etc/${name}\" }] } }", "cloud-init: { user-data: a }", "8:14: machine 'node1' joins a network and is not provisioned by Ignition, *")]
    [TestCase("- lab: lab", "- lab: lap", "12:5: no network is called 'lap'; expected one of lab, back; did you mean 'lab'?")]
    [TestCase("[node2, node3]", "[node2, node4]", "12:5: no machine called 'node4' joins network 'lab'; expected one of node1, node2, node3*")]
    [TestCase("from: node1", "from: node", "12:5: no machine called 'node' joins network 'lab'; *")]
    [TestCase("loss: 5%", "loss: 101%", "14:35: got '101%'; expected a share such as 5% or 0.1%")]
    [TestCase("loss: 5%", "loss: 0.5", "14:35: got '0.5'; expected a share such as 5% or 0.1%")]
    [TestCase("[{ from: node1, loss: 5%, delay: 20ms, jitter: 5ms, reorder: 1%, duplicate: 0.5%, bandwidth: 1MiB }]", "[{}]", "14:14: nothing is given; expected at least one of from, to, *")]
    [TestCase("count: 3", "count: 0", "7:12: got '0'; expected a whole number from 1 to 16")]
    [TestCase("count: 3", "count: some", "7:12: got 'some'; expected a whole number from 1 to 16")]
    [TestCase("  node:\n", "  node2: {}\n  node:\n", "7:3: duplicate machine 'node2' (first at line 6)")]
    [TestCase("steps:", "parameters: { index: 1 }\nsteps:", "11:15: 'index' is a machine's own where 'count' is given; expected another name")]
    [TestCase("${name}", "${nmae}", "10:74: unknown variable '${nmae}'; *")]
    [TestCase("partition:", "name: ${index}\n    partition:", "13:11: unknown variable '${index}'; *")]
    public void A_mistake_is_told_with_its_place(string right, string wrong, string expected)
    {
        Cluster.Should().Contain(right);

        folder.Problems(Cluster.Replace(right, wrong, StringComparison.Ordinal)).Should().ContainMatch(expected);
    }
}
