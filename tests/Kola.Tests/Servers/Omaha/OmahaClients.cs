using System.Text;
using Kola.Servers.Omaha;

namespace Kola.Tests.Servers.Omaha;

/// <summary>An Omaha server that offers version 4100.0.0, and clients that ask as update_engine does.</summary>
internal sealed class OmahaClients : IAsyncDisposable
{
    public const string RecordedMachine = "0123456789abcdef0123456789abcdef";
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };

    private OmahaClients(OmahaServer server) => Server = server;

    public OmahaServer Server { get; }

    /// <summary>SHA-256 of nothing: any will do.</summary>
    public static OmahaPackage Payload { get; } = new("update.gz", 12_345_678, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");

    public static OmahaOffer Update { get; } = new() { Version = "4100.0.0", Codebase = "http://127.0.0.1:8899/pay", Packages = [Payload] };

    public static async Task<OmahaClients> StartAsync(TimeProvider? time = null, params OmahaOffer[] offers)
    {
        var started = new OmahaClients(await OmahaServer.StartAsync("omaha", time ?? TimeProvider.System, CancellationToken.None));
        started.Server.Offer(offers is [] ? [Update] : offers);
        return started;
    }

    public static string Check(string machine, string version = "4000.0.0", string track = "stable", string app = OmahaApp.Flatcar, string happened = """<event eventtype="3" eventresult="2" previousversion=""></event>""") =>
        Request(machine, version, track, app, $"<ping active=\"1\"></ping><updatecheck></updatecheck>{happened}");

    public static string Report(string machine, string happened, string version = "4000.0.0") => Request(machine, version, "stable", OmahaApp.Flatcar, happened);

    public async Task<(int Status, byte[] Body)> PostAsync(string body, string path = "/v1/update/", HttpMethod? method = null, CancellationToken cancellation = default)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, new Uri($"http://127.0.0.1:{Server.Port}{path}")) { Content = content };
        using var response = await client.SendAsync(request, cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>Asks, and reads the answer as the real client does.</summary>
    public async Task<UpdateEngineReading> AskAsync(string body)
    {
        var (status, text) = await PostAsync(body);
        return UpdateEngineReading.Of(status, text);
    }

    /// <summary>All requests, once so many have been answered.</summary>
    public async Task<IReadOnlyList<OmahaRequest>> AnsweredAsync(int count)
    {
        await Server.WaitUntilAsync(server => server.Requests.Count(request => request.AnsweredAt is not null) >= count, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return Server.Requests;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
    }

    private static string Request(string machine, string version, string track, string app, string content) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <request protocol="3.0" version="update_engine-0.4.10" installsource="scheduler" ismachine="1"><os version="Chateau" platform="CoreOS"></os>
        <app appid="{app}" version="{version}" track="{track}" bootid="b" machineid="{machine}">{content}</app></request>
        """;
}
