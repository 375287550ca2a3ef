using Microsoft.AspNetCore.Http;

namespace Kola.Servers.Omaha;

/// <summary>Offers updates by the Omaha protocol (version 3, as update_engine and Nebraska's clients speak it) on a loopback port, with faults as they are ordered, and records every request.</summary>
/// <remarks>It answers at <c>/v1/update/</c>. Until there is an offer, there is no update. Payloads are served elsewhere, see <see cref="OmahaOffer.Codebase"/>. Safe for use by several tasks.</remarks>
public sealed class OmahaServer : IAsyncDisposable, IAnswersBeside
{
    private readonly Lock gate = new();
    private readonly List<RecordedExchange<OmahaRequest>> exchanges = [];
    private readonly OmahaFleet fleet = new();
    private readonly Waiters waiters = new();
    private readonly LoopbackHost host;
    private readonly TimeProvider time;
    private IReadOnlyList<OmahaOffer> offers = [];
    private OmahaFaults faults = OmahaFaults.None;

    private OmahaServer(string name, TimeProvider time)
    {
        (Name, this.time) = (name, time);
        host = new(time);
    }

    public string Name { get; }

    /// <summary>On 127.0.0.1; given by the system.</summary>
    public int Port => host.Port;

    /// <summary>All requests, in the order in which they came, as they stand now.</summary>
    public IReadOnlyList<OmahaRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. exchanges.Select(exchange => exchange.Record)];
        }
    }

    /// <summary>All machines that have asked, by their ids.</summary>
    public IReadOnlyList<OmahaMachine> Machines => fleet.Machines;

    /// <summary>Called for each request when its answer has ended, from whatever thread answered it. Must not block.</summary>
    public event Action<OmahaRequest>? Answered;

    /// <exception cref="IOException">There is no port to listen on.</exception>
    public static async Task<OmahaServer> StartAsync(string name, TimeProvider time, CancellationToken cancellation)
    {
        var server = new OmahaServer(name, time);
        await server.host.StartAsync(server.AnswerAsync, cancellation);
        return server;
    }

    /// <summary>From now on these are offered, instead of those before: one for an application and a group. None: there is no update.</summary>
    /// <exception cref="ArgumentException">An offer has no package, or a share that is none.</exception>
    public void Offer(params IReadOnlyList<OmahaOffer> offered)
    {
        foreach (var offer in offered)
        {
            if (offer.Packages is [])
                throw new ArgumentException($"the offer of version {offer.Version} has no package; expected at least one", nameof(offered));
            if (offer.Percent is not (>= 0 and <= 100))
                throw new ArgumentException($"the offer of version {offer.Version} is for {offer.Percent} % of the machines; expected 0 to 100", nameof(offered));
        }

        lock (gate)
            offers = [.. offered];
    }

    /// <summary>From now on these go wrong, instead of those before. Answers on their way go on as they began.</summary>
    public void Order(params IReadOnlyList<OmahaFault> ordered) => Order(ordered, new Dictionary<string, OmahaOffer>());

    /// <inheritdoc cref="Order(IReadOnlyList{OmahaFault})"/>
    /// <param name="others">What is offered besides, for each release that a <see cref="OmahaFault.Flip"/> names.</param>
    /// <exception cref="ArgumentException">One of these releases is missing.</exception>
    public void Order(IReadOnlyList<OmahaFault> ordered, IReadOnlyDictionary<string, OmahaOffer> others)
    {
        if (ordered.OfType<OmahaFault.Flip>().FirstOrDefault(flip => !others.ContainsKey(flip.With)) is { } unknown)
            throw new ArgumentException($"there is no offer of {unknown.With} to flip to", nameof(others));
        lock (gate)
            faults = new(ordered, others);
    }

    /// <summary>What machines have said to a server before is known here, too.</summary>
    public void Restore(IEnumerable<OmahaMachine> machines) => fleet.Restore(machines);

    /// <summary>What a machine has said; <see langword="null"/>: it has not asked.</summary>
    public OmahaMachine? Machine(string id) => fleet.Find(id);

    /// <summary>Waits until something holds of the server; it is looked at after each request that was read, and after each answer.</summary>
    public Task WaitUntilAsync(Func<OmahaServer, bool> holds, CancellationToken cancellation) => waiters.WaitAsync(() => holds(this), cancellation);

    bool IAnswersBeside.Answers(PathString path) => OmahaRequestReader.IsPath(path);

    Task IAnswersBeside.AnswerAsync(HttpContext http) => AnswerAsync(http);

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

    private RecordedExchange<OmahaRequest> Begin(HttpContext http)
    {
        lock (gate)
        {
            exchanges.Add(new(new()
            {
                Number = exchanges.Count + 1,
                At = time.GetUtcNow(),
                Method = http.Request.Method,
                Path = http.Request.Path.Value ?? "",
                Ending = RequestEnding.Open,
            }));
            return exchanges[^1];
        }
    }

    private async Task<RequestEnding> AnswerAsync(HttpContext http, RecordedExchange<OmahaRequest> exchange)
    {
        var (read, refusal) = await OmahaRequestReader.ReadAsync(http);
        var (answers, acting, reply) = Decide(read);
        exchange.Change(record => record with
        {
            Reports = [.. answers.Select(answer => answer.Report)],
            Refusal = refusal?.Why,
            Faults = [.. acting.Select(fault => fault.Title)],
        });
        foreach (var report in read)
            fleet.Add(report, exchange.Record.At);
        waiters.Look();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.Stopping);
        if (reply.Late > TimeSpan.Zero)
            await Task.Delay(reply.Late, time, either.Token);
        if (reply.TornDown)
        {
            http.Abort();
            return RequestEnding.Reset;
        }

        var status = refusal?.Status ?? reply.Status ?? StatusCodes.Status200OK;
        exchange.Change(record => record with { Status = status });
        http.Response.StatusCode = status;
        var (type, content) = refusal is not null ? ("text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(refusal.Why + "\n"))
            : status != StatusCodes.Status200OK ? (null, [])
            : ("text/xml; charset=utf-8", reply.Text(OmahaXmlWriter.Write(answers, time.GetUtcNow())));
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content, either.Token);
        return RequestEnding.Complete;
    }

    private ((OmahaReport Report, OmahaDecision? Decision)[] Answers, IReadOnlyList<OmahaFault> Acting, OmahaReply Reply) Decide(IReadOnlyList<OmahaReport> read)
    {
        IReadOnlyList<OmahaOffer> current;
        OmahaFaults rules;
        lock (gate)
            (current, rules) = (offers, faults);
        OmahaCall? call = read is [] ? null : read.Any(report => report.Check) ? OmahaCall.Check : OmahaCall.Report;
        var acting = rules.Take(call, [.. read.Select(report => report.Machine)]);
        var reply = acting.Aggregate(OmahaReply.Sound, (reply, fault) => fault.Act(reply, rules));
        return ([.. read.Select(report =>
        {
            if (!report.Check || reply.IsSilent)
                return (report, (OmahaDecision?)null);
            var decision = reply.Decide(OmahaRollout.Decide(current, report), report);
            return (report with { Answer = decision.Answer, Offered = decision.Offer?.Version }, decision);
        })], acting, reply);
    }
}
