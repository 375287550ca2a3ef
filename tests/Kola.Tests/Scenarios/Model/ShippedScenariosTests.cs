using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ShippedScenariosTests
{
    [Test]
    public void All_shipped_scenarios_are_valid()
    {
        var catalog = ScenarioCatalog.Discover(ShippedScenarios.Folder);

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Should().HaveCount(ShippedScenarios.Files.Count());
    }

    [Test]
    public void The_defects_that_they_must_catch_are_valid()
    {
        var catalog = ScenarioCatalog.Discover(Path.Combine(ShippedScenarios.Folder, "../tests/defects"));

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Should().NotBeEmpty().And.OnlyContain(scenario => scenario.Name.StartsWith("red."));
        // ci/defects asks for the words.
        catalog.Scenarios.Select(scenario => File.ReadLines(scenario.Path).First()).Should().OnlyContain(line => line.StartsWith("# must say: "));
    }

    [Test]
    public void The_trial_of_a_host_is_valid()
    {
        var catalog = ScenarioCatalog.Discover(Path.Combine(Checkout.Root, "harness", "Kola.Cli", "Trials"));

        catalog.Problems.Should().BeEmpty();
        catalog.Scenarios.Select(scenario => scenario.Name).Should().BeEquivalentTo("try.boot", "try.clone", "try.update", "try.power");
    }

    [TestCaseSource(typeof(ShippedScenarios), nameof(ShippedScenarios.Files))]
    public void A_scenario_lies_in_the_folder_of_its_group_under_its_own_name(string file)
    {
        var scenario = ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, file), ShippedScenarios.Folder);

        file.Should().Be(scenario.Name.Replace('.', '/') + ".yaml");
        scenario.Tags.Should().NotBeEmpty();
    }

    [TestCaseSource(typeof(ShippedScenarios), nameof(ShippedScenarios.Files))]
    public void An_editor_finds_the_schema(string file)
    {
        var path = Path.Combine(ShippedScenarios.Folder, file);
        var first = File.ReadLines(path).First();

        first.Should().StartWith("# yaml-language-server: $schema=");
        File.Exists(Path.Combine(Path.GetDirectoryName(path)!, first.Split('=')[1])).Should().BeTrue();
    }

    [TestCaseSource(typeof(ShippedScenarios), nameof(ShippedScenarios.Files))]
    public async Task Ignition_itself_accepts_the_configs(string file)
    {
        if (!File.Exists("/usr/bin/ignition-validate"))
            Assert.Ignore("ignition-validate is not installed; ci/setup installs it");
        var cases = ScenarioFile.Load(Path.Combine(ShippedScenarios.Folder, file), ShippedScenarios.Folder).Expand();
        foreach (var machine in cases.SelectMany(one => one.Machines).Where(machine => machine.Ignition is not null))
        {
            var result = await Cli.Wrap("/usr/bin/ignition-validate").WithArguments("-")
                .WithStandardInputPipe(PipeSource.FromString(machine.Ignition!.Config.ToJsonString()))
                .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
            result.ExitCode.Should().Be(0, result.StandardError + result.StandardOutput);
        }
    }
}
