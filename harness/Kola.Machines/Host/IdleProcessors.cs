using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>Which share of the host's processors had nothing to do for a while, by /proc/stat (proc_stat(5)).</summary>
/// <param name="root">Folder that stands for <c>/</c>.</param>
public sealed class IdleProcessors(TimeProvider time, string root = "")
{
    /// <summary>A guest that waits is idle for longer than this, and one that boots never is.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly Queue<Sample> samples = new();

    /// <summary>What was seen until now says nothing about what comes: somebody else has begun.</summary>
    public void Forget() => samples.Clear();

    /// <summary>Looks now.</summary>
    /// <returns>Idle share (0 to 1) over the last <see cref="Window"/>; <see langword="null"/>: not looked at for so long yet, or the kernel does not tell.</returns>
    public double? Look()
    {
        if (Read() is not { } now)
            return null;
        samples.Enqueue(now);
        // The newest that is old enough.
        while (samples.Count > 1 && time.GetElapsedTime(samples.ElementAt(1).At, now.At) >= Window)
            samples.Dequeue();
        var then = samples.Peek();
        return time.GetElapsedTime(then.At, now.At) >= Window && now.All > then.All ? (double)(now.Idle - then.Idle) / (now.All - then.All) : null;
    }

    private Sample? Read()
    {
        try
        {
            using var file = File.OpenText($"{root}/proc/stat");
            return Parse(file.ReadLine()) is var (idle, all) ? new(time.GetTimestamp(), idle, all) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Ticks of the first line: <c>cpu user nice system idle iowait irq softirq steal …</c>. What follows is counted in user and nice already.</summary>
    internal static (long Idle, long All)? Parse(string? line)
    {
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["cpu", .. var words])
            return null;
        var ticks = words.Take(8).Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1).ToArray();
        return ticks.Length < 5 || ticks.Contains(-1) ? null : (ticks[3] + ticks[4], ticks.Sum());
    }

    private sealed record Sample(long At, long Idle, long All);
}
