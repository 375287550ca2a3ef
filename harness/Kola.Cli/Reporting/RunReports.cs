using Kola.Results.Allure;
using Kola.Results.Gate;
using Kola.Results.JUnit;
using Kola.Results.Markdown;
using Kola.Results.Stories;

namespace Kola.Cli.Reporting;

/// <summary>The reports of a run, beside its event log and from it alone.</summary>
internal static class RunReports
{
    /// <summary>Writes Allure results, JUnit XML and a page in Markdown into the run's folder.</summary>
    /// <param name="verdict">What the gate made of the run, where it was asked.</param>
    /// <exception cref="InvalidDataException">The log was altered, or has no plan.</exception>
    public static RunStory Write(string folder, Verdict? verdict = null)
    {
        var story = TimelinePictures.Add(RunStory.Read(folder));
        new AllureResults(story)
        {
            Quarantine = (verdict?.Scenarios ?? []).Where(s => s.Quarantine is not null).ToDictionary(s => s.Id, s => s.Quarantine!),
            Job = BuildJob.FromEnvironment(Environment.GetEnvironmentVariable),
        }.Write(Path.Combine(folder, AllureResults.FolderName));
        using (var xml = new FileStream(Path.Combine(folder, JUnitXml.FileName), FileMode.Create, FileAccess.Write))
            JUnitXml.Of(story).Save(xml);
        File.WriteAllText(Path.Combine(folder, MarkdownSummary.FileName), MarkdownSummary.Of(story));
        return story;
    }

    /// <summary>As <see cref="Write"/>, after a run whose outcome does not depend on its reports.</summary>
    /// <returns><see langword="null"/>: there are none, and the output says why.</returns>
    public static RunStory? TryWrite(string folder, Verdict? verdict, TextWriter output)
    {
        try
        {
            return Write(folder, verdict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            output.WriteLine($"  no reports: {e.Message}; kola report {folder} makes them");
            return null;
        }
    }

    /// <summary>Shows a page where the pipeline shows its jobs' summaries (GitHub: <c>$GITHUB_STEP_SUMMARY</c>).</summary>
    public static void Publish(string markdown, TextWriter output)
    {
        if (Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is not { Length: > 0 } path)
            return;
        try
        {
            File.AppendAllText(path, markdown + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"  the summary cannot be written to {path} (GITHUB_STEP_SUMMARY): {e.Message}");
        }
    }
}
