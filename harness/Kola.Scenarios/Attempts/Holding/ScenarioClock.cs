namespace Kola.Scenarios.Attempts.Holding;

/// <summary>A scenario's time. It stands still while a person has the attempt stopped.</summary>
/// <param name="bound">What it has in all.</param>
internal sealed class ScenarioClock(TimeSpan bound, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource source = new(bound, time);
    private readonly long start = time.GetTimestamp();
    private long? stopped;

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
        source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose() => source.Dispose();
}
