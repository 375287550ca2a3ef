using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Results.Gate;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Gating;

/// <summary>What of the library a policy takes.</summary>
public sealed class LibraryChoiceTests
{
    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [TestCase("library: [rollback/*, update/n1-to-n]", "rollback/* update/n1-to-n")]
    [TestCase("library:\n  - rollback/*\n  - boot", "rollback/* boot")]
    [TestCase("library: rollback/*", "rollback/*")]
    [TestCase("library:", "")]
    [TestCase("# library: [boot]", "")]
    [TestCase("retries: 1", "")]
    public void It_is_read_from_the_policy(string line, string expected) =>
        LibraryChoice.Of(folder.Write("gate.yaml", $"required: [{{paths: [scenarios]}}]\n{line}\n")).Select(entry => entry.Pattern).Should().Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Test]
    public void It_is_read_from_a_policy_that_is_wrong_elsewhere() =>
        LibraryChoice.Of(folder.Write("gate.yaml", "library: [boot/uefi]\nretries: never\n")).Should().ContainSingle().Which.Location.ToString().Should().EndWith("gate.yaml:1:11");

    [Test]
    public void Without_a_policy_nothing_is_taken() => LibraryChoice.Of(folder["nowhere.yaml"]).Should().BeEmpty();

    [TestCase("library: [Boot]", "2:11: got 'Boot'; expected scenarios of the library")]
    [TestCase("library: []", "2:10: the list is empty")]
    [TestCase("library: { boot: uefi }", "2:10: got a mapping")]
    public void What_cannot_be_a_scenario_is_refused(string line, string complaint)
    {
        var load = () => GateFiles.Load(folder.Write("gate.yaml", $"required: [{{paths: [library]}}]\n{line}\n"), folder["none.yaml"]);

        load.Should().Throw<ScenarioException>().WithMessage($"*gate.yaml:{complaint}*");
    }

    [TestCase("paths: [library]", "")]
    [TestCase("scenarios: [rollback.*, boot.*]", "")]
    [TestCase("paths: [library/boot]", "rollback/*")]
    [TestCase("paths: [scenarios]", "boot/uefi rollback/*")]
    public void What_is_taken_and_selected_by_no_rule_is_told(string rule, string idle)
    {
        var files = GateFiles.Load(folder.Write("gate.yaml", $"library: [boot/uefi, rollback/*]\nrequired: [{{{rule}}}]\n"), folder["none.yaml"]);
        ExpectedScenario[] expected = [Expected("boot.uefi", "library/boot/uefi.yaml"), Expected("rollback.health", "library/rollback/health.yaml"), Expected("a.own", "scenarios/a/own.yaml")];

        var told = GateLint.Check(files, expected, TimeProvider.System.GetUtcNow());

        told.Select(line => Regex.Match(line, "no rule of the policy selects '(.*)' of the library").Groups[1].Value).Should().Equal(idle.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static ExpectedScenario Expected(string name, string file) => new() { Id = name, Name = name, File = file, Sha256 = new('a', 64), Tags = [], Matrix = new Dictionary<string, string>(), Images = [], Needs = [] };
}
