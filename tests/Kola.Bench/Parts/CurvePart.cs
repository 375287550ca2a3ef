using System.Text.Json.Nodes;

namespace Kola.Bench.Parts;

/// <summary>The same set with one to four machines at once: where the processors are full, one more makes nothing faster.</summary>
internal sealed class CurvePart : IBenchPart
{
    private const int Most = 4;

    public string Name => "curve";

    public string Measures => "the same eight with at most 1, 2, 3 and 4 processors' worth of machines at once";

    public bool IsOnRequest => true;

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        var figures = new JsonObject();
        await session.Kola.RunAsync(["update.n1-to-n"], cancellation);
        for (var most = 1; most <= Most; most++)
        {
            Console.WriteLine($"curve: {most} at once");
            var measured = await GatePart.OneAsync(session, cancellation, most);
            figures[$"{most}"] = measured.ToJson();
            session.Measured.Row($"eight scenarios, {most} at once", measured.Wall, "s");
        }

        session.Measured.Note("curve", figures);
    }
}
