using Kola.Machines;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Clusters;

/// <summary>A machine of a cluster: whether it is down, and since when. It may reboot by itself, and is waited for in the background then.</summary>
/// <remarks>Told by QEMU's events and the guest's journal, at once; what answers over SSH afterwards confirms it.</remarks>
internal sealed class WatchedMember : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly AttemptLog log;
    private readonly TimeProvider time;
    private readonly List<Task> following = [];
    private CancellationTokenSource? boot;
    private long? downSince;
    private DateTimeOffset? upSince;

    public WatchedMember(LiveMachine live, AttemptLog log, TimeProvider time)
    {
        (Live, this.log, this.time) = (live, log, time);
        downSince = live.Machine.State is MachineState.Running ? null : time.GetTimestamp();
        live.Machine.AllowFaults([MachineFault.UnaskedReboot]);
        live.Machine.Changed += OnChanged;
        live.Arrived += OnArrived;
    }

    public LiveMachine Live { get; }

    /// <summary>For how long it has been down; <see langword="null"/>: it is up.</summary>
    public TimeSpan? Down
    {
        get
        {
            lock (gate)
                return downSince is { } since ? time.GetElapsedTime(since) : null;
        }
    }

    /// <summary>When it came up again; <see langword="null"/>: it is down, or has not been.</summary>
    public DateTimeOffset? UpSince
    {
        get
        {
            lock (gate)
                return upSince;
        }
    }

    /// <summary>Called when it goes down from being up, with how, and whether it did so by itself.</summary>
    public event Action<WatchedMember, string, bool>? WentDown;

    /// <summary>Called when it has answered in a new boot, and what runs is known.</summary>
    public event Action<WatchedMember>? Confirmed;

    /// <summary>Called when it did not come back, with why.</summary>
    public event Action<string>? Lost;

    public async ValueTask DisposeAsync()
    {
        Live.Machine.Changed -= OnChanged;
        Live.Arrived -= OnArrived;
        await ended.CancelAsync();
        Task[] all;
        lock (gate)
            all = [.. following];
        await Task.WhenAll(all);
        boot?.Dispose();
        ended.Dispose();
    }

    private void OnChanged(MachineChange change)
    {
        if (change.State is not ("reset" or "shutdown" or "stopped" or "died"))
            return;
        var unasked = change.State is "reset" && Live.IsReady;
        bool wasUp;
        lock (gate)
        {
            wasUp = downSince is null;
            downSince ??= time.GetTimestamp();
            upSince = null;
            boot?.Cancel();
            if (ended.IsCancellationRequested)
                return;
            boot = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            following.Add(AwaitUpAsync(Live.Machine.Journal?.Position ?? 0, boot.Token));
            if (unasked)
            {
                // Known before anybody asks it anything: what it was asked last does not hold any more.
                Live.Forget();
                Live.Releases.Departing();
                following.Add(FollowAsync());
            }
        }

        if (wasUp)
            WentDown?.Invoke(this, $"{change.State} ({change.Detail})", unasked);
    }

    private void OnArrived()
    {
        Up("it answers");
        Confirmed?.Invoke(this);
    }

    /// <summary>The journal is faster than any question that could be asked: another machine may go down as soon as this one is up.</summary>
    /// <param name="position">Of the journal: what came before is another boot's.</param>
    private async Task AwaitUpAsync(long position, CancellationToken cancellation)
    {
        if (Live.Machine.Journal is not { } journal)
            return;
        try
        {
            await journal.WaitForAsync(Live.Adapter.SaysBootComplete, position, cancellation);
            Up("its boot is complete");
        }
        catch (OperationCanceledException)
        {
            // It went down again, or nobody watches any more.
        }
    }

    private void Up(string why)
    {
        lock (gate)
        {
            if (downSince is null)
                return;
            downSince = null;
            upSince = time.GetUtcNow();
        }

        log.Machine(Live.Name, "up", why);
    }

    /// <summary>Waits until it is ready again, whatever it boots into, and however often.</summary>
    private async Task FollowAsync()
    {
        await Task.Yield();
        try
        {
            await Live.AwaitRebootAsync(ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
        catch (MachineException) when (Live.Machine.State is MachineState.Off or MachineState.Stopping)
        {
            // A step has taken its power; another one may give it back.
        }
        catch (MachineException e)
        {
            Lost?.Invoke(Judgement.Describe(e));
        }
    }
}
