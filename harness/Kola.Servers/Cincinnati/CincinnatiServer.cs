using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Kola.Servers.Cincinnati;

/// <summary>Serves update graphs by the Cincinnati protocol, as Fedora CoreOS's Zincati asks for them, on a loopback port, with faults as they are ordered, and records every request.</summary>
/// <remarks>It answers at <c>/v1/graph</c>. Until there is an offer, graphs are empty; after it, streams that are not offered are a bad scope: 400 without a body, as with Fedora's server. Safe for use by several tasks.</remarks>
public sealed class CincinnatiServer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<CincinnatiExchange> exchanges = [];
    private readonly Waiters waiters = new();
    private readonly LoopbackHost host;
    private readonly TimeProvider time;
    private IReadOnlyDictionary<string, IReadOnlyList<CincinnatiRelease>> streams = new Dictionary<string, IReadOnlyList<CincinnatiRelease>>();
    private CincinnatiFaults faults = new([]);

    private CincinnatiServer(string name, TimeProvider time)
    {
        (Name, this.time) = (name, time);
        host = new(time);
    }

    public string Name { get; }

    /// <summary>On 127.0.0.1; given by the system.</summary>
    public int Port => host.Port;

    /// <summary>All requests, in the order in which they came, as they stand now.</summary>
    public IReadOnlyList<CincinnatiRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. exchanges.Select(exchange => exchange.Record)];
        }
    }

    /// <summary>Called for each request when its answer has ended, from whatever thread answered it. Must not block.</summary>
    public event Action<CincinnatiRequest>? Answered;

    /// <exception cref="IOException">There is no port to listen on.</exception>
    public static async Task<CincinnatiServer> StartAsync(string name, TimeProvider time, CancellationToken cancellation)
    {
        var server = new CincinnatiServer(name, time);
        await server.host.StartAsync(server.AnswerAsync, cancellation);
        return server;
    }

    /// <summary>From now on a stream has these releases, the oldest first.</summary>
    public void Offer(string stream, IReadOnlyList<CincinnatiRelease> releases)
    {
        lock (gate)
            streams = new Dictionary<string, IReadOnlyList<CincinnatiRelease>>(streams) { [stream] = [.. releases] };
    }

    /// <summary>From now on these go wrong, instead of those before. Answers on their way go on as they began.</summary>
    public void Order(params IReadOnlyList<CincinnatiFault> ordered)
    {
        lock (gate)
            faults = new(ordered);
    }

    /// <summary>Waits until something holds of the server; it is looked at after each answer.</summary>
    public Task WaitUntilAsync(Func<CincinnatiServer, bool> holds, CancellationToken cancellation) => waiters.WaitAsync(() => holds(this), cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        var exchange = Begin(http);
        return host.AnswerAsync(http, () => AnswerAsync(http, exchange), ending =>
        {
            exchange.Change(record => record with { AnsweredAt = time.GetUtcNow(), Ending = ending });
            waiters.Look();
            Answered?.Invoke(exchange.Record);
        });
    }

    private CincinnatiExchange Begin(HttpContext http)
    {
        var query = http.Request.Query;
        var node = Said("node_uuid");
        lock (gate)
        {
            var acting = faults.Take(node);
            exchanges.Add(new(new()
            {
                Number = exchanges.Count + 1,
                At = time.GetUtcNow(),
                Method = http.Request.Method,
                Path = http.Request.Path.Value ?? "",
                Architecture = Said("basearch"),
                Stream = Said("stream"),
                Version = Said("os_version"),
                Checksum = Said("os_checksum"),
                Group = Said("group"),
                Node = node,
                Platform = Said("platform"),
                Oci = Said("oci") == "true",
                Wariness = CincinnatiPolicy.WarinessOf(Said("rollout_wariness"), node),
                Faults = [.. acting.Select(fault => fault.Title)],
                Ending = RequestEnding.Open,
            }, acting));
            return exchanges[^1];
        }

        string? Said(string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
    }

    private async Task<RequestEnding> AnswerAsync(HttpContext http, CincinnatiExchange exchange)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.Stopping);
        foreach (var slow in exchange.Faults.OfType<CincinnatiFault.Slow>())
            await Task.Delay(slow.By, time, either.Token);
        if (exchange.Faults.Any(fault => fault is CincinnatiFault.Down))
        {
            http.Abort();
            return RequestEnding.Reset;
        }

        var (status, content) = Decide(exchange);
        exchange.Change(record => record with { Status = status });
        http.Response.StatusCode = status;
        http.Response.ContentType = content is [] ? null : "application/json";
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content, either.Token);
        return RequestEnding.Complete;
    }

    private (int Status, byte[] Content) Decide(CincinnatiExchange exchange)
    {
        var asked = exchange.Record;
        if (asked.Path != "/v1/graph")
            return (StatusCodes.Status404NotFound, []);
        if (!HttpMethods.IsGet(asked.Method))
            return (StatusCodes.Status405MethodNotAllowed, []);
        if (exchange.Faults.OfType<CincinnatiFault.Errors>().FirstOrDefault() is { } errors)
            return (errors.Status, errors.Kind is { } kind ? JsonSerializer.SerializeToUtf8Bytes(new(kind, "a fault that was ordered"), CincinnatiJson.Default.CincinnatiError) : []);
        if (ReleasesFor(asked) is not { } releases)
            return (StatusCodes.Status400BadRequest, []);
        var graph = CincinnatiFaults.Alter(CincinnatiPolicy.GraphOf(releases, asked.Architecture!, asked.Oci, asked.Wariness, time.GetUtcNow()), exchange.Faults);
        exchange.Change(record => record with { Offered = OfferedTo(asked.Checksum, graph) });
        var text = JsonSerializer.SerializeToUtf8Bytes(graph, CincinnatiJson.Default.CincinnatiGraph);
        return (StatusCodes.Status200OK, exchange.Faults.Any(fault => fault is CincinnatiFault.Empty) ? "{}"u8.ToArray()
            : exchange.Faults.Any(fault => fault is CincinnatiFault.Malformed) ? text[..(text.Length / 2)]
            : text);
    }

    /// <summary><see langword="null"/>: a bad scope.</summary>
    private IReadOnlyList<CincinnatiRelease>? ReleasesFor(CincinnatiRequest asked)
    {
        IReadOnlyDictionary<string, IReadOnlyList<CincinnatiRelease>> current;
        lock (gate)
            current = streams;
        if (asked is not { Stream.Length: > 0, Architecture.Length: > 0 })
            return null;
        return current.Count == 0 ? [] : current.GetValueOrDefault(asked.Stream);
    }

    private static IReadOnlyList<string> OfferedTo(string? payload, CincinnatiGraph graph) =>
        [.. graph.Edges.Where(edge => graph.Nodes[edge[0]].Payload == payload).Select(edge => edge[1]).Order().Select(place => graph.Nodes[place].Version)];
}
