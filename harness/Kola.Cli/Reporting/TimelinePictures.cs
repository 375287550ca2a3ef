using Kola.Results.Stories;
using Kola.Results.Timelines;

namespace Kola.Cli.Reporting;

/// <summary>Pictures of what the machines of clusters did, in the attempts' folders; as PNG too where the host can make one (rsvg-convert).</summary>
internal static class TimelinePictures
{
    private const string FileName = "timeline.svg";

    /// <summary>Draws those that watched a cluster.</summary>
    /// <returns>The story with the pictures among its files.</returns>
    public static RunStory Add(RunStory story, IReadOnlyList<Timeline> all)
    {
        Timeline[] timelines = [.. all.Where(timeline => timeline.Watches is not [])];
        return timelines is []
            ? story
            : story with
            {
                Scenarios = [.. story.Scenarios.Select(scenario => scenario with
                {
                    Attempts = [.. scenario.Attempts.Select(attempt => timelines.FirstOrDefault(timeline => timeline.Scenario == scenario.Plan.Id && timeline.Attempt == attempt.Number) is { } timeline
                        ? attempt with { Files = [.. Draw(story.Folder, attempt, timeline).Concat(attempt.Files).Distinct()] }
                        : attempt)],
                })],
            };
    }

    /// <summary>Draws one, beside the attempt's other files.</summary>
    private static List<string> Draw(string folder, AttemptStory attempt, Timeline timeline)
    {
        // All files of an attempt are below SCENARIO/ATTEMPT.
        if (attempt.Files is not [var first, ..] || first.Split('/') is not [var scenario, var number, _, ..])
            return [];
        var svg = Path.Combine(scenario, number, FileName);
        TimelineSvg.Of(timeline).Save(Path.Combine(folder, svg));
        return Raster.Paint(Path.Combine(folder, svg)) ? [Path.ChangeExtension(svg, "png"), svg] : [svg];
    }
}
