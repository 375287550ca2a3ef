using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Guest;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ExpansionTests
{
    private const string Two = """
        scenario: test.two
        summary: Two variables and a parameter
        image: kola-os:${release}
        timeout: 2m
        parameters: { release: 1, word: plain }
        matrix:
          tpm: [false, true]
          bus: [virtio, nvme]
        machines:
          node: { tpm: "${tpm}", disk: { bus: "${bus}" } }
        steps:
          - run: echo ${word} on ${bus} $${HOME}
            stdout: ${word} on ${bus}
        """;

    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Every_combination_is_a_case_of_its_own()
    {
        var cases = folder.Load(Two).Expand();

        cases.Select(one => one.Id).Should().Equal(
            "test.two[tpm=false,bus=virtio]", "test.two[tpm=false,bus=nvme]", "test.two[tpm=true,bus=virtio]", "test.two[tpm=true,bus=nvme]");
        cases[3].Machines.Single().Should().BeEquivalentTo(new { Tpm = true, Image = "kola-os:1", Disk = new { Bus = DiskBusName.Nvme } });
        cases[1].Matrix.Should().Equal(new Dictionary<string, string> { ["tpm"] = "false", ["bus"] = "nvme" });
    }

    [Test]
    public void Variables_are_replaced_within_texts_and_an_escaped_one_is_not()
    {
        var run = (RunStep)folder.Load(Two).Expand()[1].Steps.Single();

        run.Command.Should().Be("echo plain on nvme ${HOME}");
        run.Stdout!.EqualTo.Should().Be("plain on nvme");
    }

    [Test]
    public void A_scenario_without_a_matrix_is_one_case_with_the_name_of_the_scenario()
    {
        folder.Load(ScenarioFolder.Minimal("  - run: a")).Expand().Single().Id.Should().Be("test.minimal");
    }

    [Test]
    public void Several_turns_of_a_case_have_ids_of_their_own()
    {
        var turn = folder.Load(Two).Expand()[1].InTurns(2).Last();

        turn.Id.Should().Be("test.two[tpm=false,bus=nvme,turn=2]");
        turn.Once.Should().Be("test.two[tpm=false,bus=nvme]");
        turn.Matrix["turn"].Should().Be("2");
        folder.Load(ScenarioFolder.Minimal("  - run: a")).Expand()[0].InTurns(1).Single().Id.Should().Be("test.minimal[turn=1]");
    }

    [Test]
    public void A_setting_overrides_a_parameter_and_limits_a_matrix()
    {
        var cases = folder.Load(Two).Expand(new Dictionary<string, string> { ["release"] = "2", ["bus"] = "nvme" });

        cases.Select(one => one.Id).Should().Equal("test.two[tpm=false,bus=nvme]", "test.two[tpm=true,bus=nvme]");
        cases.Should().AllSatisfy(one => one.Machines.Single().Image.Should().Be("kola-os:2"));
    }

    [TestCase("relase", "2", "*has no parameter 'relase'; expected one of release, word, tpm, bus; did you mean 'release'?")]
    [TestCase("bus", "scsi", "*has no case with bus=scsi; expected one of virtio, nvme")]
    public void A_setting_that_the_scenario_does_not_have_is_refused(string name, string value, string expected)
    {
        var scenario = folder.Load(Two);
        var expand = () => scenario.Expand(new Dictionary<string, string> { [name] = value });

        expand.Should().Throw<ScenarioException>().WithMessage(expected);
    }

    [Test]
    public void A_setting_that_makes_the_scenario_invalid_is_told_where_it_is_used()
    {
        var scenario = folder.Load("""
            scenario: test.size
            summary: A disk
            image: kola-os
            parameters: { size: 1GiB }
            machines:
              node: { disks: { data: "${size}" } }
            steps:
              - run: a
            """);
        var expand = () => scenario.Expand(new Dictionary<string, string> { ["size"] = "big" });

        scenario.Expand().Single().Machines.Single().Disks["data"].Size.Should().Be(new Size(1L << 30));
        expand.Should().Throw<ScenarioException>().WithMessage("*test.yaml:6:26: got 'big'; expected a size *");
    }

    [Test]
    public void A_value_that_is_wrong_at_one_point_only_is_told()
    {
        folder.Problems(Two.Replace("nvme]", "ide]", StringComparison.Ordinal)).Should().Equal("10:39: got 'ide'; expected one of virtio, nvme, scsi");
    }

    [Test]
    public void Too_many_combinations_are_refused()
    {
        var values = string.Join(", ", Enumerable.Range(0, 20));
        var text = ScenarioFolder.Minimal("  - run: ${a} ${b}") + $"matrix:\n  a: [{values}]\n  b: [{values}]\n";

        folder.Problems(text).Should().Equal("9:3: 400 combinations; expected at most 256");
    }
}
