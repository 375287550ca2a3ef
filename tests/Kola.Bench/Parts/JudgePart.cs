namespace Kola.Bench.Parts;

/// <summary>What it costs to judge a large gate whose parts several machines ran.</summary>
internal sealed class JudgePart : IBenchPart
{
    private const int Scenarios = 10_000, Shards = 64;

    private const double MostSeconds = 10, MostMiB = 500;

    public string Name => "judge";

    public string Measures => "judging 10,000 scenarios that 64 shards ran, a tenth of them lost";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine($"judge: {Scenarios} scenarios over {Shards} shards, one tenth lost");
        var root = Path.Combine(session.Work, "judge");
        var recorded = new RecordedShards(root, Scenarios, Shards);
        await recorded.WriteAsync(session.Time);
        // Runs that several machines made are no part of where this one runs.
        var environment = new Dictionary<string, string?> { ["KOLA_CHECKOUT"] = root, ["KOLA_STATE_DIR"] = Path.Combine(root, "state"), ["GITHUB_STEP_SUMMARY"] = null, ["KOLA_SIGNING_KEY"] = null };
        List<double> seconds = [], processor = [], peaks = [];
        for (var turn = 0; turn < session.Options.Pairs; turn++)
        {
            var took = await session.Kola.WatchAsync(["gate", "--from", .. recorded.Runs], code: 2, environment, cancellation);
            if (!took.Said.Contains($"{Scenarios - (Scenarios / 10)} passed, {Scenarios / 10} not proven", StringComparison.Ordinal))
                throw new BenchException($"the verdict is another one than the recorded runs come to:\n{took.Said}");
            seconds.Add(took.Seconds);
            processor.Add(took.ProcessorSeconds);
            peaks.Add(took.PeakMiB);
        }

        session.Measured.Note("judgeSeconds", seconds);
        session.Measured.Note("judgeProcessorSeconds", processor);
        session.Measured.Note("judgePeakMiB", peaks);
        session.Measured.Row("judging 10,000 scenarios of 64 shards", Measurements.Median(seconds), "s", MostSeconds, "0.0");
        session.Measured.Row("  of it on a processor", Measurements.Median(processor), "s", format: "0.0");
        session.Measured.Row("  Kola's memory (peak)", Measurements.Median(peaks), "MiB", MostMiB, "0");
    }
}
