namespace Kola.Machines.Host;

/// <summary>Measures, over a machine's whole life, how long its QEMU's threads waited for a processor. One look a second; it costs the host some hundred microseconds.</summary>
public sealed class StarvationMeter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Of samples: four hours.</summary>
    private const int Longest = 4 * 60 * 60;
    private readonly Lock gate = new();
    private readonly List<SchedulerSample> samples = [];
    private readonly TimeProvider time;
    private readonly Func<int, long, SchedulerSample?> read;
    private int? watched;

    /// <param name="time">Its timestamps are the ones that <see cref="Since"/> takes.</param>
    public StarvationMeter(TimeProvider time) : this(time, (process, at) => SchedulerSample.Read(process, at)) { }

    internal StarvationMeter(TimeProvider time, Func<int, long, SchedulerSample?> read)
    {
        this.time = time;
        this.read = read;
    }

    /// <summary>How starved the machine was from a moment until now, as far as it was on.</summary>
    /// <param name="timestamp">Of <see cref="TimeProvider.GetTimestamp"/>; 0: from the first start on.</param>
    public Starvation Since(long timestamp)
    {
        if (watched is { } process)
            Look(process);
        lock (gate)
            return Over([.. samples], timestamp);
    }

    /// <summary>Looks at a process until a task has completed.</summary>
    internal async Task WatchAsync(int process, Task end)
    {
        watched = process;
        Look(process);
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(Interval, time));
            Look(process);
        }

        watched = null;
    }

    /// <summary>Over the samples from the last one before the moment on. Each process counts by how long it was seen.</summary>
    internal Starvation Over(IReadOnlyList<SchedulerSample> all, long from)
    {
        var first = 0;
        for (var index = 0; index < all.Count && all[index].At <= from; index++)
            first = index;
        TimeSpan window = TimeSpan.Zero, waited = TimeSpan.Zero, processor = TimeSpan.Zero, memory = TimeSpan.Zero;
        foreach (var life in all.Skip(first).GroupBy(sample => sample.Process))
        {
            var (begin, end) = (life.First(), life.Last());
            window += time.GetElapsedTime(begin.At, end.At);
            waited += LongestWait([.. life]);
            processor += end.ProcessorStall - begin.ProcessorStall;
            memory += end.MemoryStall - begin.MemoryStall;
        }

        return window <= TimeSpan.Zero ? Starvation.None : new(window, Share(waited), Share(processor), Share(memory));

        double Share(TimeSpan part) => Math.Clamp(part / window, 0, 1);
    }

    /// <summary>Of the thread that waited most. One that came or went meanwhile counts for the time that it was seen.</summary>
    private static TimeSpan LongestWait(IReadOnlyList<SchedulerSample> life) =>
        life.SelectMany(sample => sample.Waited).GroupBy(thread => thread.Key, thread => thread.Value)
            .Select(waits => waits.Last() - waits.First()).DefaultIfEmpty(TimeSpan.Zero).Max();

    private void Look(int process)
    {
        if (read(process, time.GetTimestamp()) is not { } sample)
            return;
        lock (gate)
        {
            samples.Add(sample);
            if (samples.Count > Longest)
                samples.RemoveAt(0);
        }
    }
}
