namespace Kola.Scenarios.Attempts.Holding;

/// <summary>A scenario's time. It stands still while a person has the attempt stopped.</summary>
/// <param name="bound">What it has in all; beyond what a timer holds (49 days), that.</param>
internal sealed class ScenarioClock(TimeSpan bound, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CancellationTokenSource source = new(bound < Longest ? bound : Longest, time);
    private readonly long start = time.GetTimestamp();
    private long? stopped;

    /// <summary>What it has in all.</summary>
    public TimeSpan Bound => bound;

    /// <summary>Cancelled when the time has run out.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>How long it has stood still.</summary>
    public TimeSpan Held { get; private set; }

    public void Stop()
    {
        stopped ??= time.GetTimestamp();
        source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void GoOn()
    {
        if (stopped is not { } since)
            return;
        Held += time.GetElapsedTime(since);
        stopped = null;
        var left = bound - (time.GetElapsedTime(start) - Held);
        source.CancelAfter(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, Longest.Ticks)));
    }

    public void Dispose() => source.Dispose();
}
