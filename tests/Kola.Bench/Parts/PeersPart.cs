using System.Text.Json.Nodes;
using Kola.Bench.Peers;

namespace Kola.Bench.Parts;

/// <summary>Others who boot images, side by side in one run: the same image, and the same task.</summary>
internal sealed class PeersPart : IBenchPart
{
    private const string Image = "debian-cloud";

    /// <summary>Kola from its template takes at most this share of the fastest other.</summary>
    private const double MostFromTemplate = 1 / 5.0;

    private static readonly IPeer[] Peers = [new AutopkgtestPeer(), new OsAutoinstPeer()];

    public string Name => "peers";

    public string Measures => "autopkgtest-virt-qemu and os-autoinst, where they are installed, beside Kola: debian-cloud, log in, run a command, reboot, run a command";

    public bool IsOnRequest => true;

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        foreach (var missing in Peers.Where(peer => peer.Missing is not null))
            Console.WriteLine($"peers: left out: {missing.Name}: {missing.Missing}");
        var command = $"run: {PeerTask.Command}\n    stdout: {PeerTask.Answer}";
        var scenario = session.Scenario("bench.peers", $"image: {Image}\nmachines:\n  node: {{memory: {PeerTask.MemoryMiB}MiB, cpus: 1}}\nsteps:\n  - {command}\n  - reboot: soft\n  - {command}");
        // Unmeasured: it makes the template, and tells which disk is booted.
        await session.Kola.RunAsync(["--build", scenario], cancellation);
        var disk = Path.Combine(session.State, "releases", Image, "1", "disk.raw");
        List<(string Name, Func<Task> Run)> all =
        [
            .. Peers.Where(peer => peer.Missing is null).Select(peer => (peer.Name, (Func<Task>)(() => InFolderAsync(session, work => peer.RunAsync(disk, work, cancellation))))),
            ("kola, cold", () => session.Kola.RunAsync(["--cold", scenario], cancellation)),
            ("kola, from its template", () => session.Kola.RunAsync([scenario], cancellation)),
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

        session.Measured.Note("peers", new JsonObject(seconds.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Measurements.Array(one.Value)))));
        double? fastest = Peers.Where(peer => peer.Missing is null).Select(peer => (double?)Measurements.Median(seconds[peer.Name])).Min();
        foreach (var (name, _) in all)
            session.Measured.Row($"log in, command, reboot, command: {name}", Measurements.Median(seconds[name]), "s", name switch
            {
                "kola, cold" => fastest,
                "kola, from its template" => fastest * MostFromTemplate,
                _ => null,
            });
    }

    private static async Task InFolderAsync(BenchSession session, Func<string, Task> run)
    {
        var work = Directory.CreateDirectory(Path.Combine(session.Work, Path.GetRandomFileName())).FullName;
        await run(work);
        Directory.Delete(work, recursive: true);
    }
}
