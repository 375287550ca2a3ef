using System.Net;
using System.Text.Json;
using Kola.Servers.Cincinnati;

namespace Kola.Tests.Servers.Cincinnati;

/// <summary>A graph server, and nodes that ask and decide as Zincati does.</summary>
internal sealed class CincinnatiNodes : IAsyncDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };

    private CincinnatiNodes(CincinnatiServer server) => Server = server;

    public CincinnatiServer Server { get; }

    /// <summary>On its way since always, to all.</summary>
    public static CincinnatiRollout ToAll { get; } = new() { StartValue = 1 };

    public static CincinnatiRelease Release(string version) =>
        new() { Version = version, Checksums = new Dictionary<string, string> { ["x86_64"] = $"sum-{version}", ["aarch64"] = $"arm-{version}" } };

    public static async Task<CincinnatiNodes> StartAsync(TimeProvider? time = null, params CincinnatiRelease[] releases)
    {
        var nodes = new CincinnatiNodes(await CincinnatiServer.StartAsync("graph", time ?? TimeProvider.System, CancellationToken.None));
        nodes.Server.Offer("stable", releases);
        return nodes;
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string query, string path = "/v1/graph", HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri($"http://127.0.0.1:{Server.Port}{path}?{query}"));
        request.Headers.Add("Accept", "application/json");
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The version that a node would update to; <see langword="null"/>: none.</summary>
    /// <exception cref="JsonException">It cannot decode the graph.</exception>
    public async Task<string?> UpdateAsync(string version, string more = "node_uuid=n1", string arch = "x86_64", string scheme = "checksum", string? payload = null)
    {
        payload ??= $"{(arch == "x86_64" ? "sum" : "arm")}-{version}";
        var (status, body) = await GetAsync($"basearch={arch}&stream=stable&os_version={version}&os_checksum={Uri.EscapeDataString(payload)}&group=default&platform=qemu&{more}");
        return status == HttpStatusCode.OK ? Decide(body, payload, scheme) : throw new HttpRequestException($"{status}");
    }

    /// <summary>The node that runs is found by payload and scheme; of those that updates lead to, the newest is taken, and none that is older.</summary>
    private static string? Decide(string body, string payload, string scheme)
    {
        using var graph = JsonDocument.Parse(body);
        var nodes = Required(graph.RootElement, "nodes").EnumerateArray()
            .Select(node => (Version: Required(node, "version").GetString()!, Payload: Required(node, "payload").GetString()!,
                Metadata: Required(node, "metadata").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!)))
            .ToArray();
        var edges = Required(graph.RootElement, "edges").EnumerateArray().Select(edge => (From: edge[0].GetInt32(), To: edge[1].GetInt32())).ToArray();
        var booted = Array.FindIndex(nodes, node => node.Payload == payload && node.Metadata["org.fedoraproject.coreos.scheme"] == scheme);
        int Age(int place) => int.Parse(nodes[place].Metadata["org.fedoraproject.coreos.releases.age_index"]);
        return booted < 0 ? null : edges.Where(edge => edge.From == booted && Age(edge.To) > Age(booted)).OrderBy(edge => Age(edge.To)).Select(edge => nodes[edge.To].Version).LastOrDefault();
    }

    private static JsonElement Required(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value : throw new JsonException($"no {name}");

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
    }
}
