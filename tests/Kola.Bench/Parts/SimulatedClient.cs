using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Kola.Servers.Omaha;

namespace Kola.Bench.Parts;

/// <summary>A machine that speaks Omaha as update_engine 0.4.10 was recorded to, and fetches, installs and reboots in no time.</summary>
/// <param name="group">Its <c>track</c>.</param>
internal sealed class SimulatedClient(string id, string group, TimeProvider time)
{
    /// <summary>What all run at first.</summary>
    public const string Before = "4000.0.0";

    /// <summary>What they are offered.</summary>
    public const string After = "4100.0.0";

    private static readonly (int Type, int Result)[] Progress = [(13, 1), (14, 1), (3, 1)];
    private string version = Before;

    public string Id => id;

    /// <summary>Looks for an update, and takes it where there is one.</summary>
    /// <param name="took">Milliseconds of each request.</param>
    /// <returns>Whether it updated.</returns>
    public async Task<bool> UpdateAsync(HttpClient http, ConcurrentBag<double> took, CancellationToken cancellation)
    {
        if (version == After || !(await PostAsync(http, Check(""), took, cancellation)).Contains("<updatecheck status=\"ok\"", StringComparison.Ordinal))
            return false;
        foreach (var (type, result) in Progress)
            await PostAsync(http, $"<event eventtype=\"{type}\" eventresult=\"{result}\"></event>", took, cancellation);
        version = After;
        await PostAsync(http, Check(Before), took, cancellation);
        return true;
    }

    private static string Check(string previous) => $"<ping active=\"1\"></ping><updatecheck></updatecheck><event eventtype=\"3\" eventresult=\"2\" previousversion=\"{previous}\"></event>";

    private async Task<string> PostAsync(HttpClient http, string said, ConcurrentBag<double> took, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var content = new StringContent($$"""
            <?xml version="1.0" encoding="UTF-8"?>
            <request protocol="3.0" version="update_engine-0.4.10" updaterversion="update_engine-0.4.10" installsource="scheduler" ismachine="1">
                <os version="Chateau" platform="CoreOS" sp="{{version}}_x86_64"></os>
                <app appid="{{{OmahaApp.Flatcar}}}" version="{{version}}" track="{{group}}" bootid="{11111111-2222-3333-4444-555555555555}" oem="" oemversion="" alephversion="{{Before}}" machineid="{{id}}" machinealias="" lang="en-US" board="amd64-usr" hardware_class="" delta_okay="false" >
                    {{said}}
                </app>
            </request>
            """, Encoding.UTF8, "text/xml");
        using var response = await http.PostAsync(new Uri("v1/update/", UriKind.Relative), content, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        took.Add(time.GetElapsedTime(start).TotalMilliseconds);
        return response.StatusCode == HttpStatusCode.OK ? text : throw new BenchException($"the Omaha server answered {(int)response.StatusCode}: {text}");
    }
}
