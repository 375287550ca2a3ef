using FluentAssertions;
using Kola.Results.Allure;
using Kola.Results.JUnit;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Allure;

/// <summary>Reports as readers that are not ours take them: the Allure command line, and a browser that draws what it made.</summary>
[Category("allure"), Category("browser")]
public sealed class AllureReportTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public void Need() => RealAllure.Need();

    [Test]
    public async Task The_page_shows_every_scenario_and_counts_each_kind_of_end()
    {
        using var run = await RecordedFolder.MakeAsync();
        var results = Path.Combine(run.Path, AllureResults.FolderName);
        new AllureResults(run.Story).Write(results);

        var page = await RealAllure.RenderAsync(results, Path.Combine(run.Path, "report"), Stop);
        var picture = Path.Combine(TestContext.CurrentContext.WorkDirectory, "allure-report.png");
        var seen = await RealAllure.LookAsync(page, picture, Stop);

        // Groups in which all passed are folded.
        seen.Should().ContainAll("update.bad", "update.broken", "update.untried", "update.cut", "boot 2");
        seen.Should().ContainAll("Total 6", "Passed 2", "Failed 1", "Broken 1", "Skipped 1", "Unknown 1", "Flaky tests 1", "Retried tests 1");
        new FileInfo(picture).Length.Should().BeGreaterThan(10_000, "an empty page compresses to next to nothing");
        TestContext.AddTestAttachment(picture);
    }

    [Test]
    public async Task JUnit_XML_is_read_with_the_same_ends()
    {
        using var run = await RecordedFolder.MakeAsync();
        var results = Path.Combine(run.Path, "junit");
        Directory.CreateDirectory(results);
        JUnitXml.Of(run.Story).Save(Path.Combine(results, "junit.xml"));

        var page = await RealAllure.RenderAsync(results, Path.Combine(run.Path, "report"), Stop);
        var seen = await RealAllure.LookAsync(page, Path.Combine(run.Path, "junit.png"), Stop);

        seen.Should().ContainAll("update.bad", "update.untried", "Total 6", "Passed 2", "Failed 1", "Broken 3");
    }
}
