using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Kola.Servers.FleetLock;

/// <summary>Hands out slots to reboot by the FleetLock protocol on a loopback port, with faults as they are ordered, and records every request.</summary>
/// <remarks>
/// A holder that asks again holds still; one that gives back what it does not hold is told yes. All slots held: 423, as poseidon/fleetlock answers.
/// Safe for use by several tasks.
/// </remarks>
public sealed class FleetLockServer : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<LockExchange> exchanges = [];
    private readonly Waiters waiters = new();
    private readonly LoopbackHost host;
    private readonly LockBook book;
    private readonly TimeProvider time;
    private LockFaults faults = new([]);

    private FleetLockServer(string name, LockBook book, TimeProvider time)
    {
        (Name, this.book, this.time) = (name, book, time);
        host = new(time);
    }

    public string Name { get; }

    /// <summary>On 127.0.0.1; given by the system, another one after each start.</summary>
    public int Port => host.Port;

    /// <summary>All that hold a slot now, in the order in which they were granted.</summary>
    public IReadOnlyList<LockHolder> Holders => book.Holders;

    /// <summary>All requests, in the order in which they came, as they stand now.</summary>
    public IReadOnlyList<FleetLockRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. exchanges.Select(exchange => exchange.Record)];
        }
    }

    /// <summary>Called for each request when its answer has ended, from whatever thread answered it. Must not block.</summary>
    public event Action<FleetLockRequest>? Answered;

    /// <param name="slots">Number of slots by group, 0 or more.</param>
    /// <param name="stateFile">Where holders are kept, so that a server that starts on it again knows them; in a folder that exists.</param>
    /// <exception cref="IOException">There is no port to listen on, or the state cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is none of a server's with these groups.</exception>
    public static async Task<FleetLockServer> StartAsync(string name, IReadOnlyDictionary<string, int> slots, string stateFile, TimeProvider time, CancellationToken cancellation)
    {
        var server = new FleetLockServer(name, new(slots, new(stateFile)), time);
        await server.host.StartAsync(server.AnswerAsync, cancellation);
        return server;
    }

    /// <summary>From now on these go wrong, instead of those before. Answers on their way go on as they began.</summary>
    public void Order(params IReadOnlyList<LockFault> ordered)
    {
        lock (gate)
            faults = new(ordered);
    }

    /// <summary>Goes on from what <see cref="Holders"/> were at another time.</summary>
    /// <exception cref="IOException">The state cannot be kept; nothing has changed.</exception>
    public void Restore(IReadOnlyList<LockHolder> holders) => book.Restore(holders);

    /// <summary>Waits until something holds of the server; it is looked at after each decision.</summary>
    public Task WaitUntilAsync(Func<FleetLockServer, bool> holds, CancellationToken cancellation) => waiters.WaitAsync(() => holds(this), cancellation);

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

    private LockExchange Begin(HttpContext http)
    {
        var call = LockRequestReader.CallOf(http.Request.Path.Value);
        lock (gate)
        {
            var acting = faults.Take(call);
            var record = new FleetLockRequest
            {
                Number = exchanges.Count + 1,
                At = time.GetUtcNow(),
                Method = http.Request.Method,
                Path = http.Request.Path.Value ?? "",
                Faults = [.. acting.Select(fault => fault.Title)],
                Ending = RequestEnding.Open,
            };
            exchanges.Add(new(record, call, acting.Aggregate(new LockAnswer(), (answer, fault) => fault.Act(answer))));
            return exchanges[^1];
        }
    }

    private async Task<RequestEnding> AnswerAsync(HttpContext http, LockExchange exchange)
    {
        var (client, refusal) = await LockRequestReader.ReadAsync(http, exchange.Call);
        exchange.Change(record => record with { Id = client?.Id, Group = client?.Group });
        if (exchange.Answer.TornDown)
        {
            http.Abort();
            return RequestEnding.Reset;
        }

        if (exchange.Answer.Status is { } status)
            refusal = new(status, "internal_error", "a fault that was ordered");
        refusal ??= Decide(exchange, client!);
        waiters.Look();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.Stopping);
        if (exchange.Answer.Late > TimeSpan.Zero)
            await Task.Delay(exchange.Answer.Late, time, either.Token);
        http.Response.StatusCode = refusal?.Status ?? StatusCodes.Status200OK;
        exchange.Change(record => record with { Status = http.Response.StatusCode, Kind = refusal?.Kind });
        if (refusal is not null)
        {
            http.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(http.Response.Body, new(refusal.Kind, refusal.Value), FleetLockJson.Default.LockError, either.Token);
        }

        return RequestEnding.Complete;
    }

    /// <summary>Why not; <see langword="null"/> when it is granted.</summary>
    private LockRefusal? Decide(LockExchange exchange, LockClient client)
    {
        var (id, group) = (client.Id!, client.Group!);
        if (!book.HasGroup(group))
            return new(StatusCodes.Status400BadRequest, "invalid_group", $"there is no group {group}");
        try
        {
            var effect = exchange.Call is LockCall.SteadyState
                ? book.GiveBack(group, id)
                : book.Take(group, id, time.GetUtcNow(), uncounted: exchange.Answer.Uncounted);
            exchange.Change(record => record with { Effect = effect });
            return effect is LockEffect.Refused
                ? new(StatusCodes.Status423Locked, "lock_held", $"all slots of group {group} are held, by {string.Join(", ", book.Holders.Where(holder => holder.Group == group).Select(holder => holder.Id))}")
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(StatusCodes.Status500InternalServerError, "internal_error", $"the state cannot be kept: {e.Message}");
        }
    }
}
