using System.Text.Json.Nodes;

namespace Kola.Bench.Parts;

/// <summary>A set of scenarios, all cold against all cloned.</summary>
internal sealed class SetPart : IBenchPart
{
    public string Name => "set";

    public string Measures => "four scenarios of one machine each, all cold against all cloned";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine("set: four scenarios of one machine, all cold against all cloned");
        var set = session.OneMachine("bench.set", """
            matrix: {number: [1, 2, 3, 4]}
            steps:
              - run: echo ${number} > /root/number; sync
              - run: cat /root/number
                stdout: ${number}
              - expect: {failed-units: []}
            """);
        // The template is made once, unmeasured.
        await session.Kola.RunAsync([set], cancellation);
        var cold = await SecondsAsync(session, ["--cold", set], cancellation);
        var cloned = await SecondsAsync(session, [set], cancellation);
        session.Measured.Note("setOfFourSeconds", new JsonObject { ["cold"] = cold, ["cloned"] = cloned });
        session.Measured.Row("four scenarios, all cold", cold, "s");
        session.Measured.Row("four scenarios, all cloned", cloned, "s");
    }

    private static async Task<double> SecondsAsync(BenchSession session, string[] arguments, CancellationToken cancellation)
    {
        var start = session.Time.GetTimestamp();
        await session.Kola.RunAsync(arguments, cancellation);
        return Math.Round(session.Time.GetElapsedTime(start).TotalSeconds, 3);
    }
}
