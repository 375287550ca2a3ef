using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kola.Results.Events;
using Kola.Results.Sweeps;

namespace Kola.Bench.Parts;

/// <summary>What it costs an update that all writes to its disk are recorded for a sweep: the update tool's own time, without and with, in turn.</summary>
internal sealed partial class RecordingPart : IBenchPart
{
    /// <summary>The most that a recorded update may take, as a multiple of one that is not.</summary>
    private const double MostOfPlain = 1.15;

    private const string Machine = "image: candidate\nmachines:\n  node: {}\nsteps:\n  - {serve: updates, release: next}\n";

    public string Name => "recording";

    public string Measures => "an update whose writes are recorded for a sweep, beside one whose are not; how fast the states are judged";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        var plain = session.Scenario("bench.update", $"{Machine}  - {{update: next, timeout: 2m}}");
        var swept = session.Scenario("bench.sweep", $"{Machine}  - {{sweep: next, timeout: 2m}}");
        // The template is made unmeasured.
        await session.Kola.RunAsync([plain], cancellation);
        var (without, with, speeds) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < session.Options.Pairs; pair++)
        {
            // Who goes first changes, so that a machine that grows slower or faster favours nobody.
            if (pair % 2 == 0)
                await PlainAsync();
            var summary = Summary((await session.Kola.RunAsync([swept], cancellation)).Folder);
            with.Add(summary.UpdateSeconds);
            speeds.Add(Math.Round(summary.Judged / summary.JudgeSeconds, 1));
            if (pair % 2 == 1)
                await PlainAsync();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"recording: pair {pair + 1}: {without[^1]} s, recorded {with[^1]} s; {speeds[^1]} states/s"));
        }

        session.Measured.Note("recording", new JsonObject { ["plainSeconds"] = Measurements.Array(without), ["recordedSeconds"] = Measurements.Array(with), ["statesPerSecond"] = Measurements.Array(speeds) });
        session.Measured.Row("update, not recorded", Measurements.Median(without), "s");
        session.Measured.Row("update, recorded", Measurements.Median(with), "s");
        session.Measured.Row("recorded ÷ not recorded", Measurements.Median(with) / Measurements.Median(without), "", MostOfPlain);
        session.Measured.Row("different states judged a second", Measurements.Median(speeds));

        async Task PlainAsync() => without.Add(Took(await session.Kola.RunAsync([plain], cancellation)));
    }

    /// <summary>Seconds, as the step of the update tells them.</summary>
    private static double Took(KolaRun run) =>
        run.Events.OfType<StepFinished>().Select(step => TookSeconds.Match(step.Detail ?? "")).FirstOrDefault(match => match.Success) is { } told
            ? double.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"no step of {run.Folder} tells how long the update took");

    private static SweepSummary Summary(string folder) =>
        SweepSummary.Read(Directory.EnumerateFiles(folder, SweepSummary.FileName, SearchOption.AllDirectories).FirstOrDefault() ?? throw new BenchException($"{folder} has no {SweepSummary.FileName}"));

    [GeneratedRegex("; took ([0-9.]+) s;")]
    private static partial Regex TookSeconds { get; }
}
