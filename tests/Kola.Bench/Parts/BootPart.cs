using System.Text.Json.Nodes;
using Kola.Bench.Boots;

namespace Kola.Bench.Parts;

/// <summary>The same machine, started by hand and by Kola in turn.</summary>
internal sealed class BootPart : IBenchPart
{
    private const double MostTimesBare = 1.05;

    public string Name => "boot";

    public string Measures => "cold boot from the start of the program to the answer of the first SSH command, QEMU by hand and Kola in turn";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        var (options, measured) = (session.Options, session.Measured);
        Console.WriteLine($"boot: cold boot of {options.Image} to the first SSH answer, {options.Pairs} pairs; one unmeasured boot first to learn the command line");
        var (_, logs) = await session.Kola.SpawnAsync(options.Image, cancellation);
        var machine = await BareMachine.LearnAsync(session, logs, cancellation);
        List<double> bare = [], kola = [];
        for (var pair = 1; pair <= options.Pairs; pair++)
        {
            // Who goes first changes, so that a machine that grows slower or faster favours nobody.
            foreach (var byHand in pair % 2 == 1 ? new[] { true, false } : [false, true])
                (byHand ? bare : kola).Add(byHand ? await machine.BootAsync(cancellation) : (await session.Kola.SpawnAsync(options.Image, cancellation)).Seconds);
            Console.WriteLine($"  pair {pair}: bare {bare[^1]} s, kola {kola[^1]} s");
        }

        var ratio = Math.Round(Measurements.Median(kola) / Measurements.Median(bare), 3);
        measured.Note("coldBootSeconds", new JsonObject { ["bare"] = Measurements.Array(bare), ["kola"] = Measurements.Array(kola), ["ratio"] = ratio });
        measured.Row("cold boot, QEMU by hand", Measurements.Median(bare), "s");
        measured.Row("cold boot, Kola, from program start", Measurements.Median(kola), "s");
        measured.Row("ratio", ratio, atMost: MostTimesBare);
    }
}
