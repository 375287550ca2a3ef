using Kola.Results.Stories;
using Kola.Results.Sweeps;

namespace Kola.Cli.Reporting;

/// <summary>The pictures of swept updates as PNG, too: some readers of results show no SVG.</summary>
internal static class SweepPictures
{
    /// <returns>The story with the PNGs among its files, each before its SVG.</returns>
    public static RunStory Add(RunStory story) => story with
    {
        Scenarios = [.. story.Scenarios.Select(scenario => scenario with { Attempts = [.. scenario.Attempts.Select(attempt => attempt with { Files = [.. attempt.Files.SelectMany(file => Painted(story.Folder, file)).Distinct()] })] })],
    };

    private static IEnumerable<string> Painted(string folder, string file)
    {
        if (Path.GetFileName(file) == SweepSummary.PictureName && Raster.Paint(Path.Combine(folder, file)))
            yield return Path.ChangeExtension(file, "png");
        yield return file;
    }
}
