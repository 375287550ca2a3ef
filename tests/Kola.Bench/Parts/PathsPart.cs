using System.Text.Json.Nodes;
using Kola.Results.Events;

namespace Kola.Bench.Parts;

/// <summary>The same machine by each way of coming up.</summary>
internal sealed class PathsPart : IBenchPart
{
    /// <summary>Of a cold boot's time.</summary>
    private const double MostOfABoot = 0.05;

    private const double MostPercentOwn = 3;

    public string Name => "paths";

    public string Measures => "from admission to the end of the first SSH command: cold boot, second boot, clone of a template, fork of a checkpoint; Kola's part of the processor time";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        var (kola, pairs) = (session.Kola, session.Options.Pairs);
        Console.WriteLine($"paths: cold and second boot, clone, fork; {pairs} of each in turn");
        var boots = session.OneMachine("bench.boots", "steps:\n  - run: 'true'\n  - reboot: soft\n  - run: 'true'");
        var clones = session.OneMachine("bench.clone", "steps:\n  - run: 'true'");
        session.OneMachine("bench.parent", "steps:\n  - run: 'true'\n  - checkpoint: here");
        var forks = session.Scenario("bench.fork", "from: {scenario: bench.parent.yaml, checkpoint: here}\nsteps:\n  - run: 'true'");
        // What they go on from is made once, unmeasured.
        await kola.RunAsync([clones], cancellation);
        await kola.RunAsync([forks], cancellation);
        List<double> cold = [], second = [], clone = [], fork = [], cloneUp = [], forkUp = [];
        List<KolaRun> runs = [];
        for (var turn = 1; turn <= pairs; turn++)
        {
            var booted = await kola.RunAsync(["--cold", boots], cancellation);
            cold.Add(booted.Answer());
            second.Add(booted.Between(e => e is MachineChanged { State: "reset" }, e => e is StepFinished { Step: 3 }));
            var cloned = await kola.RunAsync([clones], cancellation);
            cloned.MustHaveComeUpAs("clone");
            (double, double) Both(KolaRun run) => (run.LoggedIn(), run.Answer());
            var (up, answer) = Both(cloned);
            cloneUp.Add(up);
            clone.Add(answer);
            var forked = await kola.RunAsync([forks], cancellation);
            forked.MustHaveComeUpAs("fork");
            (up, answer) = Both(forked);
            forkUp.Add(up);
            fork.Add(answer);
            runs.AddRange([booted, cloned, forked]);
            Console.WriteLine($"  {turn}: cold {cold[^1]} s, second {second[^1]} s, clone {cloneUp[^1]} and {clone[^1]} s, fork {forkUp[^1]} and {fork[^1]} s");
        }

        var own = Math.Round(runs.Sum(run => run.OwnSeconds), 2);
        var all = Math.Round(runs.Sum(run => run.OwnSeconds + run.OtherSeconds), 2);
        Tell(session.Measured, cold, second, clone, fork, cloneUp, forkUp, own, all);
    }

    private static void Tell(Measurements measured, List<double> cold, List<double> second, List<double> clone, List<double> fork, List<double> cloneUp, List<double> forkUp, double own, double all)
    {
        measured.Note("sshUpSeconds", new JsonObject { ["clone"] = Measurements.Array(cloneUp), ["fork"] = Measurements.Array(forkUp) });
        measured.Note("firstAnswerSeconds", new JsonObject
        {
            ["cold"] = Measurements.Array(cold),
            ["secondBoot"] = Measurements.Array(second),
            ["clone"] = Measurements.Array(clone),
            ["fork"] = Measurements.Array(fork),
        });
        measured.Note("processorSeconds", new JsonObject { ["kola"] = own, ["all"] = all });
        var boot = Measurements.Median(cold);
        measured.Row("first answer, cold boot", boot, "s");
        measured.Row("first answer, second boot (from the reset)", Measurements.Median(second), "s");
        measured.Row("logged in by SSH, clone", Measurements.Median(cloneUp), "s", boot * MostOfABoot, "0.00");
        measured.Row("logged in by SSH, fork", Measurements.Median(forkUp), "s", boot * MostOfABoot, "0.00");
        measured.Row("first answer, clone (has a new identity by then)", Measurements.Median(clone), "s", boot * MostOfABoot, "0.00");
        measured.Row("first answer, fork (clock and entropy are set)", Measurements.Median(fork), "s", boot * MostOfABoot, "0.00");
        measured.Row("Kola's part of the processor time", all > 0 ? 100 * own / all : 100, "%", MostPercentOwn, "0.0");
    }
}
