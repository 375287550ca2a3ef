using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Kola.Servers.Omaha;

namespace Kola.Tests.FakeQemu;

/// <summary>Measures what Kola's Omaha server carries: a roll-out over simulated machines, each a task that speaks as update_engine was recorded to. Prints a line of JSON.</summary>
internal static class OmahaBench
{
    /// <summary>Connections at once: each machine has one for a request only, as the real client.</summary>
    private const int Connections = 256;

    private const string Before = "4000.0.0", After = "4100.0.0";

    private static readonly string[] Tracks = ["alpha", "beta", "stable"];

    /// <param name="machines">How many.</param>
    public static async Task<int> RunAsync(int machines)
    {
        await using var server = await OmahaServer.StartAsync("bench", TimeProvider.System, CancellationToken.None);
        // alpha is offered it at once, a quarter of beta, and stable is paused until the second round.
        OmahaOffer offer = new() { Version = After, Codebase = "http://127.0.0.1:1/", Packages = [new("update.gz", 1, new('0', 64))] };
        server.Offer(offer with { Group = "alpha" }, offer with { Group = "beta", Percent = 25 }, offer with { Group = "stable", Paused = true });
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = new($"http://127.0.0.1:{server.Port}/") };
        Machine[] fleet = [.. Enumerable.Range(0, machines).Select(number => new Machine(number.ToString("x32", CultureInfo.InvariantCulture), Tracks[number % Tracks.Length]))];
        var idle = Memory();
        var first = await RoundAsync(client, fleet);
        server.Offer(offer);
        var second = await RoundAsync(client, fleet);
        var judged = fleet.Count(machine => new OmahaExpectation { Events = ["check", "download-started", "download-finished", "installed", "updated"], UpdatedFrom = Before }.Mismatch(server.Machine(machine.Id)!.Events) is null);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""
            {"machines": {{machines}}, "requests": {{server.Requests.Count}}, "first": {{first}}, "second": {{second}}, "updatedAsExpected": {{judged}}, "managedMiBBefore": {{idle.Managed:0}}, "managedMiB": {{Memory().Managed:0}}, "residentMiB": {{Memory().Resident:0}} }
            """));
        return judged == machines ? 0 : 1;
    }

    private static async Task<string> RoundAsync(HttpClient client, Machine[] fleet)
    {
        var (took, start) = (new ConcurrentBag<double>(), TimeProvider.System.GetTimestamp());
        var updated = 0;
        await Parallel.ForEachAsync(fleet, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (machine, _) =>
        {
            if (await machine.UpdateAsync(client, took))
                Interlocked.Increment(ref updated);
        });
        var (seconds, sorted) = (TimeProvider.System.GetElapsedTime(start).TotalSeconds, took.Order().ToArray());
        return string.Create(CultureInfo.InvariantCulture, $$"""{"updated": {{updated}}, "requestsPerSecond": {{sorted.Length / seconds:0}}, "milliseconds": {{sorted[sorted.Length / 2]:0.0}}, "milliseconds99": {{sorted[sorted.Length * 99 / 100]:0.0}} }""");
    }

    private static (double Managed, double Resident) Memory()
    {
        using var self = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, self.WorkingSet64 / 1048576.0);
    }

    private sealed class Machine(string id, string track)
    {
        private string version = Before;

        public string Id => id;

        /// <summary>Checks; fetches, installs and reboots in no time where there is an update, and says so.</summary>
        /// <returns>Whether it updated.</returns>
        public async Task<bool> UpdateAsync(HttpClient client, ConcurrentBag<double> took)
        {
            if (version == After || !(await PostAsync(client, Check(""), took)).Contains("<updatecheck status=\"ok\"", StringComparison.Ordinal))
                return false;
            foreach (var (type, result) in new[] { (13, 1), (14, 1), (3, 1) })
                await PostAsync(client, $"<event eventtype=\"{type}\" eventresult=\"{result}\"></event>", took);
            version = After;
            await PostAsync(client, Check(Before), took);
            return true;
        }

        private static string Check(string previous) => $"<ping active=\"1\"></ping><updatecheck></updatecheck><event eventtype=\"3\" eventresult=\"2\" previousversion=\"{previous}\"></event>";

        private async Task<string> PostAsync(HttpClient client, string said, ConcurrentBag<double> took)
        {
            var start = TimeProvider.System.GetTimestamp();
            using var content = new StringContent($$"""
                <?xml version="1.0" encoding="UTF-8"?>
                <request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="scheduler" ismachine="1">
                    <os version="Chateau" platform="CoreOS" sp="{{version}}_x86_64"></os>
                    <app appid="{{{OmahaApp.Flatcar}}}" version="{{version}}" track="{{track}}" bootid="{11111111-2222-3333-4444-555555555555}" oem="" oemversion="" alephversion="{{Before}}" machineid="{{id}}" machinealias="" lang="en-US" board="amd64-usr" hardware_class="" delta_okay="false" >
                        {{said}}
                    </app>
                </request>
                """, Encoding.UTF8, "text/xml");
            using var response = await client.PostAsync(new Uri("v1/update/", UriKind.Relative), content);
            var text = await response.Content.ReadAsStringAsync();
            took.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            return response.StatusCode == HttpStatusCode.OK ? text : throw new HttpRequestException($"status {response.StatusCode}: {text}");
        }
    }
}
