using FluentAssertions;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using NUnit.Framework;

// NUnit gives a running async test a worker of its own: enough of them, so that Kola's own admission is what limits.
[assembly: LevelOfParallelism(32)]

namespace Kola.Scenarios.NUnit;

/// <summary>Every scenario file, at every point of its matrix, as a test case with its tags as categories.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ScenarioTests
{
    public static IEnumerable<TestCaseData> Cases()
    {
        // NUnit starts them in this order: what takes longest, with those that it goes on from, is not to be left alone at the end.
        foreach (var scenario in ScenarioSession.Discover().OrderByDescending(one => one.Ancestry.Aggregate(TimeSpan.Zero, (sum, each) => sum + each.Timeout)))
        {
            var test = new TestCaseData(scenario).SetName(scenario.Id).SetDescription(scenario.Scenario.Summary);
            foreach (var tag in scenario.Scenario.Tags)
                test.SetCategory(tag);
            yield return test;
        }
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Scenario_passes(ScenarioCase scenario)
    {
        var run = await ScenarioSession.RunAsync(scenario, TestContext.CurrentContext.CancellationToken);

        foreach (var file in run.Attempts.SelectMany(a => a.Files))
            TestContext.AddTestAttachment(Path.Combine(run.Folder.Path, file));
        var attempt = run.Attempts.Where(a => a.Scenario == scenario.Id).Should().ContainSingle("the scenario was planned and must have been tried").Subject;
        attempt.Outcome.Should().Be(Outcome.Passed, "{0}\nreproduce: {1}\nrecorded in {2}", attempt.Reason, attempt.Reproduce, run.Folder.Path);
    }
}
