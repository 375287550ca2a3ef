using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Kola.Servers.Omaha;

namespace Kola.Bench.Parts;

/// <summary>What the Omaha server carries: a roll-out over simulated clients in three groups, one of them offered to a share, one paused at first.</summary>
internal sealed class OmahaPart : IBenchPart
{
    private const int Clients = 10_000;

    /// <summary>Connections at once: each client has one for a request only, as the real one.</summary>
    private const int Connections = 256;

    private static readonly string[] Groups = ["alpha", "beta", "stable"];
    private static readonly JsonSerializerOptions Numbers = new(JsonSerializerDefaults.Web);

    public string Name => "omaha";

    public string Measures => "requests a second and memory of the Omaha server: a roll-out over 10,000 simulated clients, with groups, a share and a pause";

    public async Task MeasureAsync(BenchSession session, CancellationToken cancellation)
    {
        Console.WriteLine($"omaha: a roll-out over {Clients} simulated clients");
        await using var server = await OmahaServer.StartAsync("bench", session.Time, cancellation);
        OmahaOffer offer = new() { Version = SimulatedClient.After, Codebase = "http://127.0.0.1:1/", Packages = [new("update.gz", 1, new('0', 64))] };
        OmahaOffer[] careful = [offer with { Group = Groups[0] }, offer with { Group = Groups[1], Percent = 25 }, offer with { Group = Groups[2], Paused = true }];
        server.Offer(careful);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = new($"http://127.0.0.1:{server.Port}/") };
        SimulatedClient[] fleet = [.. Enumerable.Range(0, Clients).Select(number => new SimulatedClient(number.ToString("x32", CultureInfo.InvariantCulture), Groups[number % Groups.Length], session.Time))];
        var before = ManagedMiB();
        var first = await RoundAsync(http, fleet, session.Time, cancellation);
        var half = Show("one group updated, a quarter of another, the third paused", FleetView.Of(server, Groups, careful));
        server.Offer(offer);
        var second = await RoundAsync(http, fleet, session.Time, cancellation);
        var whole = Show("offered to all", FleetView.Of(server, Groups, [offer]));
        // A quarter by hash, give or take; paused is nobody.
        if (half is not [{ Share: 100 }, { Share: > 20 and < 30 }, { Updated: 0 }] || whole.Any(group => group.Share < 100))
            throw new BenchException("the groups did not update as they were offered it");
        OmahaExpectation expected = new() { Events = ["check", "download-started", "download-finished", "installed", "updated"], UpdatedFrom = SimulatedClient.Before };
        if (fleet.Count(client => expected.Mismatch(server.Machine(client.Id)!.Events) is not null) is > 0 and var wrong)
            throw new BenchException($"{wrong} of {Clients} simulated clients were not seen to update by the server");
        using var self = Process.GetCurrentProcess();
        var (managed, resident) = (ManagedMiB() - before, self.WorkingSet64 / 1048576.0);
        session.Measured.Note("omaha", JsonSerializer.SerializeToNode(new { clients = Clients, requests = server.Requests.Count, first, half, second, whole, managedMiB = managed, residentMiB = resident }, Numbers)!);
        session.Measured.Row("Omaha requests a second", second.RequestsPerSecond);
        session.Measured.Row("Omaha answer, 99th percentile", second.Milliseconds99, "ms");
        session.Measured.Row("memory for the log of 10,000 clients", managed, "MiB");
    }

    private static async Task<Round> RoundAsync(HttpClient http, SimulatedClient[] fleet, TimeProvider time, CancellationToken cancellation)
    {
        var (took, start, updated) = (new ConcurrentBag<double>(), time.GetTimestamp(), 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellation };
        await Parallel.ForEachAsync(fleet, parallel, async (client, token) =>
        {
            if (await client.UpdateAsync(http, took, token))
                Interlocked.Increment(ref updated);
        });
        var (seconds, sorted) = (time.GetElapsedTime(start).TotalSeconds, took.Order().ToArray());
        return new(updated, Math.Round(sorted.Length / seconds), Math.Round(sorted[sorted.Length / 2], 1), Math.Round(sorted[sorted.Length * 99 / 100], 1));
    }

    private static IReadOnlyList<FleetView> Show(string when, IReadOnlyList<FleetView> groups)
    {
        Console.WriteLine($"  {when}:");
        foreach (var group in groups)
            Console.WriteLine($"    {group}");
        return groups;
    }

    private static double ManagedMiB() => GC.GetTotalMemory(forceFullCollection: true) / 1048576.0;

    /// <summary>Every client has looked for an update once.</summary>
    private sealed record Round(int Updated, double RequestsPerSecond, double Milliseconds, double Milliseconds99);
}
