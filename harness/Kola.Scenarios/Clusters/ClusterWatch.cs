using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Servers.FleetLock;

namespace Kola.Scenarios.Clusters;

/// <summary>What one <c>watch</c> asks of a cluster, judged as it happens.</summary>
internal sealed class ClusterWatch : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource<BrokenRule> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ended = new();
    private readonly WatchRules rules;
    private readonly IReadOnlyList<WatchedMember> members;
    private readonly AttemptServices services;
    private readonly FleetLockService? locks;
    private readonly AttemptLog log;
    private readonly TimeProvider time;
    private readonly TimeSpan? heldDown, heldUp;
    private readonly WriteProbe? probe;
    private readonly HashSet<string> running = [];
    private readonly Dictionary<string, string> clients = [];
    private Task work = Task.CompletedTask;

    /// <param name="timeScale">Factor from times for KVM to this host's.</param>
    public ClusterWatch(WatchRules rules, IReadOnlyList<WatchedMember> members, AttemptServices services, double timeScale, AttemptLog log, TimeProvider time)
    {
        (this.rules, this.members, this.services, this.log, this.time) = (rules, members, services, log, time);
        locks = rules.Lock is { } held ? services.Find<FleetLockService>(held.Server) : null;
        heldDown = rules.Lock?.HeldDown * timeScale;
        heldUp = rules.Lock?.HeldUp * timeScale;
        probe = rules.Writes is { } writes ? new(writes, rules.Name, members, writes.Within * timeScale, log, time) : null;
    }

    public string Name => rules.Name;

    /// <summary>Completes with what does not hold.</summary>
    public Task<BrokenRule> Broken => broken.Task;

    /// <summary>Whether it knows by which id each of its machines asks for a slot.</summary>
    public bool WatchesLock => rules.Lock is not null;

    /// <summary>Asks each machine what has to be known of it, and begins.</summary>
    /// <param name="bound">For one answer.</param>
    /// <exception cref="GuestException">One does not answer so.</exception>
    public async Task<string> BeginAsync(TimeSpan bound, CancellationToken cancellation)
    {
        List<WatchedMachine> watched = [];
        foreach (var live in members.Select(member => member.Live))
        {
            if (live.IsReady)
                running.Add((await live.Releases.FollowAsync(cancellation)).Version);
            if (rules.Lock is { } held)
                clients[live.Name] = await AskIdAsync(live, held, bound, cancellation);
            watched.Add(new(live.Name, live.Releases.Running, clients.GetValueOrDefault(live.Name)));
        }

        foreach (var member in members)
        {
            member.WentDown += OnWentDown;
            member.Confirmed += OnConfirmed;
            member.Lost += Break;
        }

        locks?.Decided += OnDecided;
        log.WatchStarted(rules.Name, watched, rules.AtMostDown, rules.Writes is null ? null : probe!.Within);
        work = Task.WhenAll(LookAsync(ended.Token), WriteAsync(ended.Token));
        return string.Join(", ", watched.Select(machine => $"{machine.Name} runs {machine.Release ?? "nothing"}"));
    }

    /// <summary>The machines that hold a slot now.</summary>
    public IEnumerable<string> Holding()
    {
        var holders = Holders;
        return clients.Where(client => holders.Any(holder => holder.Id == client.Value)).Select(client => client.Key);
    }

    /// <summary>Who holds a slot that counts here.</summary>
    private IReadOnlyList<LockHolder> Holders => [.. locks?.Holders.Where(holder => rules.Lock?.Group is not { } group || holder.Group == group) ?? []];

    /// <summary>How often a machine was refused a slot after a moment.</summary>
    public int Refusals(string machine, DateTimeOffset after) =>
        locks is not null && clients.TryGetValue(machine, out var id)
            ? locks.Requests.Count(request => request.Id == id && request.At > after && request.Effect is LockEffect.Refused)
            : 0;

    /// <summary>The scenario has ended: the service must answer once more.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (probe is null)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(probe.OnceMoreAsync(either.Token), Broken);
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
        {
            member.WentDown -= OnWentDown;
            member.Confirmed -= OnConfirmed;
            member.Lost -= Break;
        }

        locks?.Decided -= OnDecided;
        await ended.CancelAsync();
        await work;
        ended.Dispose();
        if (!broken.Task.IsCompleted)
            End(null);
    }

    private static async Task<string> AskIdAsync(LiveMachine live, WatchedLock held, TimeSpan bound, CancellationToken cancellation)
    {
        var command = held.Id ?? live.Image.LockId
            ?? throw new NotProvenException($"by which id {live.Name} asks for a slot is not known; add lockId to image {live.Image.Name} in images/catalog.yaml, or 'id' to the step's lock");
        var result = await live.Machine.GuardAsync($"the end of '{command}'", bound, token => live.Ssh.RunAsync(command, bound, token), cancellation);
        return result is { Succeeded: true } && result.Stdout.Trim() is { Length: > 0 } id
            ? id
            : throw new StepFailedException($"{live.Name} does not tell by which id it asks for a slot: '{command}' ended with {result.ExitCode}: {result.Stderr.Trim()}");
    }

    private void OnWentDown(WatchedMember member, string how, bool byItself)
    {
        string[] down = [.. members.Where(other => other.Down is not null).Select(other => other.Live.Name)];
        if (down.Length > rules.AtMostDown)
            Break($"{string.Join(", ", down)} are down at once, and {rules.AtMostDown} may be; last {member.Live.Name}: {how}");
        if (byItself && WatchesLock && !Holding().Contains(member.Live.Name))
            Break($"{member.Live.Name} rebooted by itself and holds no slot{(rules.Lock?.Group is { } group ? $" of group {group}" : "")}: {how}");
    }

    private void OnDecided()
    {
        // Whoever holds one may go down at any moment, so that none of them has to.
        string[] holding = [.. Holding()];
        if (holding.Length > rules.AtMostDown)
            Break($"{string.Join(", ", holding)} hold a slot at once, and {rules.AtMostDown} may be down");
    }

    private void OnConfirmed(WatchedMember member)
    {
        if (member.Live.Releases.Running is { } release && !running.Contains(release) && !services.All<PayloadService>().Any(server => server.HasServed(release)))
            Break($"{member.Live.Name} runs release {release}, which was not served");
    }

    /// <summary>Looks at what nothing tells of.</summary>
    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            while (heldDown is not null || heldUp is not null)
            {
                foreach (var member in members.Where(member => KeepsSlot(member, time.GetUtcNow())))
                    Break($"{member.Live.Name} is up again for {heldUp?.TotalSeconds:0} s and holds its slot still: no other machine can reboot", heldUp);
                foreach (var member in members.Where(member => member.Down > heldDown && Holding().Contains(member.Live.Name)))
                    Break($"{member.Live.Name} is down for {member.Down?.TotalSeconds:0} s and holds its slot still; {heldDown?.TotalSeconds:0} s are allowed", member.Down);
                await Task.Delay(LookInterval, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }

    /// <summary>Whether it holds the slot that it went down with, although it is up for long enough.</summary>
    private bool KeepsSlot(WatchedMember member, DateTimeOffset now) =>
        member.UpSince is { } up && now - up > heldUp && clients.TryGetValue(member.Live.Name, out var id) && KeptOver(Holders, id, up);

    /// <summary>Whether a client holds a slot that it was granted before its machine came up: one that it has asked for since is another reboot's.</summary>
    internal static bool KeptOver(IEnumerable<LockHolder> holders, string id, DateTimeOffset up) => holders.Any(holder => holder.Id == id && holder.Since < up);

    private async Task WriteAsync(CancellationToken cancellation)
    {
        if (probe is null)
            return;
        try
        {
            var (why, late) = await probe.RunAsync(cancellation);
            Break(why, late);
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }

    private void Break(string why) => Break(why, null);

    /// <param name="late">How long what came too late was waited for.</param>
    private void Break(string why, TimeSpan? late)
    {
        if (broken.TrySetResult(new($"{rules.Name}: {why}", late)))
            End(why);
    }

    private void End(string? why) => log.WatchEnded(rules.Name, why, probe?.Succeeded ?? 0, probe?.Failed ?? 0, probe?.LongestGap ?? TimeSpan.Zero);
}

/// <summary>What does not hold of a watch.</summary>
/// <param name="Late">How long what came too late was waited for; <see langword="null"/>: it is not about time.</param>
internal sealed record BrokenRule(string Why, TimeSpan? Late)
{
    public StepFailedException ToException() => Late is { } late ? new StepTooLateException(Why, late) : new StepFailedException(Why);
}
