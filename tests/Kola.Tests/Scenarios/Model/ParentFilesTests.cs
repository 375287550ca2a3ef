using FluentAssertions;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

internal sealed class ParentFilesTests
{
    [Test]
    public void A_scenario_that_others_go_on_from_is_read_once_in_a_load()
    {
        using var folder = new TemporaryFolder();
        var parent = folder.Write("t.parent.yaml", """
            scenario: t.parent
            summary: A scenario of a test
            image: os
            machines: {node: {}}
            steps:
              - run: a
              - checkpoint: here
            """);
        var child = folder.Write("t.child.yaml", """
            scenario: t.child
            summary: A scenario of a test
            from: {scenario: t.parent.yaml, checkpoint: here}
            matrix: {word: [a, b]}
            parameters: {other: c}
            steps:
              - run: echo ${word} ${other}
            """);
        var scenario = ScenarioFile.Load(child);
        File.WriteAllText(parent, "no scenario any more\n");

        var cases = scenario.Expand(new Dictionary<string, string> { ["other"] = "d" });

        cases.Should().HaveCount(2).And.OnlyContain(one => one.From!.Parent.Scenario.Name == "t.parent");
        cases.Select(one => one.From!.Parent).Distinct().Should().ContainSingle();
    }
}
