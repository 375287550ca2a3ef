namespace Kola.Bench.Parts;

/// <summary>What Kola itself costs.</summary>
internal sealed class HarnessPart : IBenchPart
{
    private const int Starts = 5;

    private const double MostMiB = 120, MostVersionMilliseconds = 150, MostListMilliseconds = 600;

    public string Name => "harness";

    public string Measures => "Kola's start-up, and its resident memory with three machines running";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine("harness: Kola's start-up, and Kola with three machines");
        foreach (var (command, key, most) in new[] { ("--version", "versionMilliseconds", MostVersionMilliseconds), ("list", "listMilliseconds", MostListMilliseconds), ("lint", "lintMilliseconds", MostListMilliseconds) })
        {
            var milliseconds = await StartAsync(session, command, cancellation);
            session.Measured.Note(key, milliseconds);
            session.Measured.Row($"kola {command}", milliseconds, "ms", most, "0");
        }

        var three = session.Scenario("bench.three", $$"""
            image: {{session.Options.Image}}
            machines:
              one: {cpus: 1, memory: 768MiB}
              two: {cpus: 1, memory: 768MiB}
              three: {cpus: 1, memory: 768MiB}
            steps:
              - on: one
                run: 'true'
            """);
        var run = await session.Kola.RunAsync([three], cancellation);
        session.Measured.Note("residentMiBWithThreeMachines", run.PeakMiB);
        session.Measured.Row("Kola's memory with three machines (peak)", run.PeakMiB, "MiB", MostMiB);
    }

    private static async Task<double> StartAsync(BenchSession session, string command, CancellationToken cancellation)
    {
        List<double> took = [];
        for (var turn = 0; turn < Starts; turn++)
        {
            var start = session.Time.GetTimestamp();
            await session.Kola.AskAsync([command], cancellation);
            took.Add(session.Time.GetElapsedTime(start).TotalMilliseconds);
        }

        return Math.Round(Measurements.Median(took), 1);
    }
}
