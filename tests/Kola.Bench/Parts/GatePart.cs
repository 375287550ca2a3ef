using System.Globalization;
using System.Text.Json.Nodes;
using Kola.Results.Events;

namespace Kola.Bench.Parts;

/// <summary>
/// What people wait for: a fixed set of shipped scenarios, judged as a gate judges them. Whoever compares two states of Kola compares the quotient of wall time and of what the
/// processors had to do; the seconds alone tell of the host.
/// </summary>
internal sealed class GatePart : IBenchPart
{
    /// <summary>The most that a run may take, as a multiple of the time in which its work would fill all processors.</summary>
    private const double MostOfWork = 1.35;

    /// <summary>The most that Kola itself may use of the processor seconds.</summary>
    private const double MostOwnShare = 0.03;

    /// <summary>Falls back, goes there and back, loses power, is updated twice; some go on from the same checkpoint, some wait for long.</summary>
    private static readonly string[] Eight =
    [
        "rollback.health", "rollback.panic-loop", "update.roundtrip", "power.early-loss", "rollback.verity", "update.n-to-n", "update.good-mark", "power.staged",
    ];

    public string Name => "gate";

    public string Measures => "eight shipped scenarios: wall time beside processor time, the starved share, Kola's own share";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine($"gate: {string.Join(", ", Eight)}");
        // What the eight go on from is made once, unmeasured.
        await session.Kola.RunAsync(["update.n1-to-n"], cancellation);
        var measured = await OneAsync(session, cancellation);
        session.Measured.Note("gate", measured.ToJson());
        session.Measured.Row("eight scenarios, wall", measured.Wall, "s");
        session.Measured.Row("eight scenarios, processor seconds", measured.Processor, "s");
        session.Measured.Row("wall ÷ (processor seconds ÷ cores)", measured.OfWork, "", MostOfWork);
        session.Measured.Row("share of time that machines were starved", measured.Starved);
        session.Measured.Row("Kola's own share of the processor seconds", measured.Own / measured.Processor, "", MostOwnShare);
    }

    /// <param name="most">Machines at once; <see langword="null"/>: as Kola decides.</param>
    internal static async Task<GateFigures> OneAsync(BenchSession session, CancellationToken cancellation, int? most = null)
    {
        var environment = most is { } count ? new Dictionary<string, string?> { ["KOLA_CPUS"] = count.ToString(CultureInfo.InvariantCulture) } : null;
        var start = session.Time.GetTimestamp();
        var run = await session.Kola.RunAsync(Eight, cancellation, environment: environment);
        var wall = session.Time.GetElapsedTime(start).TotalSeconds;
        HostShare[] shares = [.. run.Events.OfType<AttemptFinished>().Select(attempt => attempt.Starvation).OfType<HostShare>()];
        return new(wall, run.OwnSeconds + run.OtherSeconds, run.OwnSeconds, shares is [] ? 0 : shares.Average(share => share.Waited), run.PeakMiB, First(run));
    }

    /// <summary>Seconds until the first result.</summary>
    private static double First(KolaRun run) => run.Between(e => e is AttemptStarted, e => e is AttemptFinished);
}

/// <summary>What one run of the set cost.</summary>
/// <param name="Wall">Seconds.</param>
/// <param name="Processor">Processor seconds of Kola and all that it started.</param>
/// <param name="Own">Those of Kola itself.</param>
/// <param name="Starved">Mean over the attempts, from 0 to 1.</param>
/// <param name="PeakMiB">Of Kola itself.</param>
/// <param name="FirstResult">Seconds from the first admission.</param>
internal sealed record GateFigures(double Wall, double Processor, double Own, double Starved, long PeakMiB, double FirstResult)
{
    /// <summary>Wall time as a multiple of what the work takes when it fills all processors.</summary>
    public double OfWork => Wall / (Processor / Environment.ProcessorCount);

    public JsonObject ToJson() => new()
    {
        ["wallSeconds"] = Math.Round(Wall, 1),
        ["processorSeconds"] = Math.Round(Processor, 1),
        ["wallOfWork"] = Math.Round(OfWork, 3),
        ["ownSeconds"] = Math.Round(Own, 1),
        ["starvedShare"] = Math.Round(Starved, 4),
        ["peakMiB"] = PeakMiB,
        ["firstResultSeconds"] = FirstResult,
    };
}
