using System.Text.Json.Nodes;
using Kola.Bench.Peers;

namespace Kola.Bench.Parts;

/// <summary>Another program that boots images, side by side in one run: the same image, and the same task.</summary>
internal sealed class PeersPart : IBenchPart
{
    private const string Image = "debian-cloud", Peer = "os-autoinst", Cold = "kola, cold", FromTemplate = "kola, from its template";

    /// <summary>From its template Kola takes at most this share of what the peer takes.</summary>
    private const double MostFromTemplate = 1 / 5.0;

    public string Name => "peers";

    public string Measures => "os-autoinst, the engine of openQA, beside Kola: debian-cloud, log in, run a command, reboot, run a command";

    public bool IsOnRequest => true;

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        if (OsAutoinst.Missing is { } missing)
            throw new BenchException($"there is nothing to compare with: {Peer}: {missing}");
        var command = $"run: {PeerTask.Command}\n    stdout: {PeerTask.Answer}";
        var scenario = session.Scenario("bench.peers", $"image: {Image}\nmachines:\n  node: {{memory: {PeerTask.MemoryMiB}MiB, cpus: 1}}\nsteps:\n  - {command}\n  - reboot: soft\n  - {command}");
        // Unmeasured: it builds the image where that is absent, and makes the template.
        await session.Kola.RunAsync(["--build", scenario], cancellation);
        var disk = Path.Combine(session.State, "releases", Image, "1", "disk.raw");
        (string Name, Func<Task> Run)[] all =
        [
            (Peer, () => InFolderAsync(session, work => OsAutoinst.RunAsync(disk, work, cancellation))),
            (Cold, () => session.Kola.RunAsync(["--cold", scenario], cancellation)),
            (FromTemplate, () => session.Kola.RunAsync([scenario], cancellation)),
        ];
        var seconds = all.ToDictionary(one => one.Name, _ => new List<double>());
        for (var turn = 0; turn < session.Options.Pairs; turn++)
        {
            // Who goes first changes, so that a machine that grows slower or faster favours nobody.
            foreach (var (name, run) in turn % 2 == 0 ? all : all.AsEnumerable().Reverse())
            {
                var start = session.Time.GetTimestamp();
                await run();
                seconds[name].Add(Math.Round(session.Time.GetElapsedTime(start).TotalSeconds, 1));
                Console.WriteLine($"peers: {name} {seconds[name][^1]} s");
            }
        }

        var peer = Measurements.Median(seconds[Peer]);
        session.Measured.Note("peers", new JsonObject(seconds.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Measurements.Array(one.Value)))));
        session.Measured.Row($"twice a command, a reboot between: {Peer}", peer, "s");
        session.Measured.Row($"twice a command, a reboot between: {Cold}", Measurements.Median(seconds[Cold]), "s", peer);
        session.Measured.Row($"the same: {FromTemplate}", Measurements.Median(seconds[FromTemplate]), "s", peer * MostFromTemplate);
    }

    private static async Task InFolderAsync(BenchSession session, Func<string, Task> run)
    {
        var work = Directory.CreateDirectory(Path.Combine(session.Work, Path.GetRandomFileName())).FullName;
        await run(work);
        Directory.Delete(work, recursive: true);
    }
}
