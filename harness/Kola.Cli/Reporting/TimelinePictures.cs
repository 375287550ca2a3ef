using System.Diagnostics;
using Kola.Machines.Host;
using Kola.Results.Stories;
using Kola.Results.Timelines;

namespace Kola.Cli.Reporting;

/// <summary>Pictures of what the machines of clusters did, in the attempts' folders; as PNG too where the host can make one (rsvg-convert).</summary>
internal static class TimelinePictures
{
    private const string FileName = "timeline.svg";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
        var png = Path.ChangeExtension(svg, "png");
        return Rasterize(Path.Combine(folder, svg), Path.Combine(folder, png)) ? [png, svg] : [svg];
    }

    private static bool Rasterize(string svg, string png)
    {
        if (Executables.Find("rsvg-convert") is not { } renderer)
            return false;
        using var process = Process.Start(new ProcessStartInfo(renderer, ["--output", png, svg]));
        if (process is null)
            return false;
        if (process.WaitForExit(Patience))
            return process.ExitCode == 0;
        process.Kill();
        return false;
    }
}
