namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>Holds frames until they are due, then hands them on in the order in which they are. Safe for use by several tasks.</summary>
internal sealed class DelayLine : IDisposable
{
    /// <summary>More than this are not held.</summary>
    private const int MostFrames = 4096;

    private readonly Lock gate = new();
    private readonly PriorityQueue<byte[], (TimeSpan Due, long Number)> waiting = new();
    private readonly Func<TimeSpan> clock;
    private readonly Action<byte[]> release;
    private readonly ITimer timer;
    private long numbers;

    /// <param name="clock">Tells the time that frames are due by.</param>
    /// <param name="release">Takes a frame that is due; does not block.</param>
    public DelayLine(Func<TimeSpan> clock, Action<byte[]> release, TimeProvider time)
    {
        (this.clock, this.release) = (clock, release);
        timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether there was room for it.</summary>
    public bool TryAdd(byte[] frame, TimeSpan due)
    {
        lock (gate)
        {
            var now = clock();
            if (waiting.Count == 0 && due <= now)
            {
                release(frame);
                return true;
            }

            if (waiting.Count >= MostFrames)
                return false;
            waiting.Enqueue(frame, (due, numbers++));
            Arm(now);
            return true;
        }
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            var now = clock();
            while (waiting.TryPeek(out var frame, out var place) && place.Due <= now)
            {
                waiting.Dequeue();
                release(frame);
            }

            Arm(now);
        }
    }

    /// <summary>In whole milliseconds, upwards: what a timer cuts off would make it fire too early, again and again.</summary>
    private void Arm(TimeSpan now)
    {
        if (waiting.TryPeek(out _, out var next))
            timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((next.Due - now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }
}
