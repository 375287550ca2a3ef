using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Kola.Servers.Payloads;

/// <summary>Serves a release's files by HTTP on a loopback port, with faults as they are ordered, and records every request.</summary>
/// <remarks>It listens from the start; until there is an offer every file is missing (404). Safe for use by several tasks.</remarks>
public sealed class PayloadServer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<Exchange> exchanges = [];
    private readonly Waiters served = new();
    private readonly LoopbackHost host;
    private readonly TimeProvider time;
    private readonly long seed;
    private volatile IAnswersBeside? beside;
    private PayloadOffer? offer;
    private FaultRules rules;
    private int since;

    private PayloadServer(string name, long seed, TimeProvider time)
    {
        (Name, this.seed, this.time) = (name, seed, time);
        host = new(time);
        rules = new(name, seed, []);
    }

    public string Name { get; }

    /// <summary>On 127.0.0.1; given by the system.</summary>
    public int Port => host.Port;

    /// <summary>All requests, in the order in which they came, as they stand now.</summary>
    public IReadOnlyList<PayloadRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. exchanges.Select(exchange => exchange.ToRecord())];
        }
    }

    /// <summary>Those since the last <see cref="Offer"/>.</summary>
    public IReadOnlyList<PayloadRequest> RequestsOfOffer
    {
        get
        {
            lock (gate)
                return [.. exchanges.Skip(since).Select(exchange => exchange.ToRecord())];
        }
    }

    /// <summary>Called for each request when its answer has ended, from whatever thread answered it. Must not block.</summary>
    public event Action<PayloadRequest>? Answered;

    /// <param name="name">For the seed: servers of one scenario draw differently.</param>
    /// <param name="seed">Seed of every random choice.</param>
    /// <exception cref="IOException">There is no port to listen on.</exception>
    public static async Task<PayloadServer> StartAsync(string name, long seed, TimeProvider time, CancellationToken cancellation)
    {
        var server = new PayloadServer(name, seed, time);
        await server.host.StartAsync(server.AnswerAsync, cancellation);
        return server;
    }

    /// <summary>From now on this is served; faults begin to count anew. Answers on their way go on as they began.</summary>
    public void Offer(PayloadOffer next)
    {
        lock (gate)
        {
            offer = next;
            rules = new(Name, seed, next.Faults);
            since = exchanges.Count;
        }
    }

    /// <summary>From now on another server answers at this port, too, where a path is its own. What it is asked is no request of this server.</summary>
    public void AnswerBeside(IAnswersBeside other) => beside = other;

    /// <summary>Waits until so much of the offer's files that match has been sent, over all requests since the offer.</summary>
    /// <param name="pattern">See <see cref="PayloadFault.Path"/>.</param>
    /// <param name="amount">Of the sum of these files' sizes.</param>
    /// <returns>The bytes that were waited for.</returns>
    /// <exception cref="InvalidOperationException">Nothing is offered, or no file matches.</exception>
    public async Task<long> WaitForServedAsync(string pattern, Extent amount, CancellationToken cancellation)
    {
        var total = offer?.SizeOf(pattern) ?? 0;
        if (total == 0)
            throw new InvalidOperationException($"server {Name} offers no file that '{pattern}' matches");
        var wanted = amount.Resolve(total, FaultRules.Draw(Name, seed, "served", pattern));
        await served.WaitAsync(() => ServedOf(pattern) >= wanted, cancellation);
        return wanted;
    }

    /// <summary>Names of the offer's files that match and have content, as they are now.</summary>
    /// <param name="pattern">See <see cref="PayloadFault.Path"/>.</param>
    public IReadOnlyList<string> Offered(string pattern) => offer?.FilesOf(pattern) ?? [];

    /// <summary>Bytes sent of files that match, since the offer.</summary>
    public long ServedOf(string pattern)
    {
        lock (gate)
            return exchanges.Skip(since).Where(exchange => PathPattern.Matches(pattern, exchange.Path)).Sum(exchange => exchange.Sent);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (beside is { } other && other.Answers(http.Request.Path))
            return other.AnswerAsync(http);
        var (exchange, current) = Begin(http);
        return host.AnswerAsync(http, () => AnswerAsync(http, exchange, current), ending =>
        {
            exchange.Ending = ending;
            served.Look();
            Answered?.Invoke(exchange.ToRecord());
        });
    }

    private (Exchange, PayloadOffer?) Begin(HttpContext http)
    {
        var name = http.Request.Path.Value?.TrimStart('/') ?? "";
        var range = http.Request.Headers.Range is { Count: > 0 } given ? given.ToString() : null;
        lock (gate)
        {
            var exchange = new Exchange(exchanges.Count + 1, time.GetUtcNow(), http.Request.Method, name, range, rules.Take(name));
            exchanges.Add(exchange);
            return (exchange, offer);
        }
    }

    private async Task<RequestEnding> AnswerAsync(HttpContext http, Exchange exchange, PayloadOffer? current)
    {
        var read = HttpMethods.IsGet(exchange.Method) || HttpMethods.IsHead(exchange.Method);
        PayloadFault[] faults = [.. exchange.Faults.Select(acting => acting.Fault)];
        if (!read)
            return Plain(http, exchange, StatusCodes.Status405MethodNotAllowed);
        if (faults.OfType<PayloadFault.Status>().FirstOrDefault() is { } status)
            return Plain(http, exchange, status.Code);
        if (faults.OfType<PayloadFault.Redirect>().FirstOrDefault() is { } redirect)
        {
            http.Response.Headers.Location = redirect.To;
            return Plain(http, exchange, StatusCodes.Status302Found);
        }

        if (current?.Find(exchange.Path) is not { } file)
            return Plain(http, exchange, StatusCodes.Status404NotFound);
        var delivery = Delivery.Of(exchange.Path, file, current, exchange.Faults);
        if (ContentRange.Of(exchange.Range, delivery.Length, out var whole) is not var (from, end))
        {
            http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{delivery.Length}");
            return Plain(http, exchange, StatusCodes.Status416RangeNotSatisfiable);
        }

        exchange.Status = http.Response.StatusCode = whole ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        http.Response.Headers.AcceptRanges = "bytes";
        http.Response.ContentLength = end - from + delivery.Missing;
        if (!whole)
            http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{end - 1}/{delivery.Length}");
        if (HttpMethods.IsHead(exchange.Method))
            return RequestEnding.Complete;
        return await new DeliveryBody(delivery, http, exchange, served.Look, time, host.Stopping).SendAsync(from, end, http.RequestAborted);
    }

    private static RequestEnding Plain(HttpContext http, Exchange exchange, int status)
    {
        exchange.Status = http.Response.StatusCode = status;
        http.Response.ContentLength = 0;
        return RequestEnding.Complete;
    }
}
