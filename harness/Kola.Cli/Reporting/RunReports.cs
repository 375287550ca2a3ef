using System.Text;
using Kola.Results.Allure;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.JUnit;
using Kola.Results.Markdown;
using Kola.Results.Pages;
using Kola.Results.Stories;
using Kola.Results.Tap;
using Kola.Results.Timelines;

namespace Kola.Cli.Reporting;

/// <summary>The reports of a run, beside its event log and from it alone.</summary>
internal static class RunReports
{
    /// <summary>Writes a page, Allure results, JUnit XML, TAP and a summary in Markdown into the run's folder.</summary>
    /// <param name="judged">What the gate made of the run: it is kept beside it. Without it what was kept, if the run was judged before.</param>
    /// <exception cref="InvalidDataException">The log was altered, or has no plan.</exception>
    public static RunStory Write(string folder, WrittenVerdict? judged = null)
    {
        judged?.Write(folder);
        judged ??= WrittenVerdict.Find(folder);
        RunEvent[] events = [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))];
        var timelines = TimelineReader.OfAttempts(events);
        var story = Pictured(folder, events, timelines);
        var job = BuildJob.FromEnvironment(Environment.GetEnvironmentVariable);
        var quarantine = Exempt(judged);
        new AllureResults(story)
        {
            Quarantine = quarantine,
            Job = job,
        }.Write(Path.Combine(folder, AllureResults.FolderName));
        using (var xml = new FileStream(Path.Combine(folder, JUnitXml.FileName), FileMode.Create, FileAccess.Write))
            JUnitXml.Of(story).Save(xml);
        File.WriteAllText(Path.Combine(folder, MarkdownSummary.FileName), MarkdownSummary.Of(story));
        File.WriteAllText(Path.Combine(folder, TapReport.FileName), TapReport.Of(story, quarantine));
        WritePage(story, timelines, judged, job);
        return story;
    }

    /// <summary>Writes the page alone.</summary>
    /// <exception cref="InvalidDataException">The log was altered, or has no plan.</exception>
    public static void WritePage(string folder)
    {
        RunEvent[] events = [.. EventLog.Read(Path.Combine(folder, EventLog.FileName))];
        var timelines = TimelineReader.OfAttempts(events);
        WritePage(Pictured(folder, events, timelines), timelines, WrittenVerdict.Find(folder), BuildJob.FromEnvironment(Environment.GetEnvironmentVariable));
    }

    /// <summary>The run as TAP.</summary>
    /// <exception cref="InvalidDataException">The log was altered, or has no plan.</exception>
    public static string Tap(string folder) => TapReport.Of(RunStory.Read(folder), Exempt(WrittenVerdict.Find(folder)));

    private static RunStory Pictured(string folder, RunEvent[] events, IReadOnlyList<Timeline> timelines) => SweepPictures.Add(TimelinePictures.Add(RunStory.Of(folder, events), timelines));

    private static Dictionary<string, QuarantineEntry> Exempt(WrittenVerdict? judged) =>
        (judged?.Verdict.Scenarios ?? []).Where(s => s.Quarantine is not null).ToDictionary(s => s.Id, s => s.Quarantine!);

    private static void WritePage(RunStory story, IReadOnlyList<Timeline> timelines, WrittenVerdict? judged, BuildJob? job) =>
        File.WriteAllText(Path.Combine(story.Folder, RunPage.FileName), RunPage.Of(new()
        {
            Story = story,
            Timelines = timelines,
            Judged = judged,
            Changes = EarlierRuns.Changes(story),
            Url = judged?.Url ?? job?.Url,
        }));

    /// <summary>As <see cref="Write"/>, after a run whose outcome does not depend on its reports.</summary>
    /// <returns><see langword="null"/>: there are none, and the output says why.</returns>
    public static RunStory? TryWrite(string folder, WrittenVerdict? judged, TextWriter output)
    {
        try
        {
            return Write(folder, judged);
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
            // More than that GitHub shows nothing of, also not of what other steps' commands wrote there.
            const long most = 1 << 20;
            var room = most - (File.Exists(path) ? new FileInfo(path).Length : 0);
            if (Encoding.UTF8.GetByteCount(markdown) + 1 > room)
                markdown = $"{markdown.Split('\n', 2)[0]}\n\nThe summary has no room here (1 MiB a step); it is in the run's folder.\n";
            if (Encoding.UTF8.GetByteCount(markdown) + 1 > room)
            {
                output.WriteLine($"  the summary has no room in {path} (GITHUB_STEP_SUMMARY): GitHub shows 1 MiB a step");
                return;
            }

            File.AppendAllText(path, markdown + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"  the summary cannot be written to {path} (GITHUB_STEP_SUMMARY): {e.Message}");
        }
    }
}
