using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>What the kernel has counted for a process, and for the host, until one moment.</summary>
/// <param name="At">Timestamp of the <see cref="TimeProvider"/>.</param>
/// <param name="Waited">By thread id: how long it was ready to run and had no processor.</param>
/// <param name="ProcessorStall">How long some task of the host waited for a processor.</param>
/// <param name="MemoryStall">How long all tasks of the host waited for memory.</param>
internal sealed record SchedulerSample(long At, int Process, IReadOnlyDictionary<int, TimeSpan> Waited, TimeSpan ProcessorStall, TimeSpan MemoryStall)
{
    /// <summary>Reads /proc; <see langword="null"/> when the process is gone, or the kernel counts nothing (CONFIG_SCHED_INFO).</summary>
    /// <param name="root">Folder that stands for <c>/</c>.</param>
    public static SchedulerSample? Read(int process, long at, string root = "")
    {
        var waited = new Dictionary<int, TimeSpan>();
        try
        {
            foreach (var task in Directory.EnumerateDirectories($"{root}/proc/{process}/task"))
                if (int.TryParse(Path.GetFileName(task), NumberStyles.None, CultureInfo.InvariantCulture, out var thread) && ParseWaited(Text($"{task}/schedstat")) is { } wait)
                    waited[thread] = wait;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile.
        }

        return waited.Count == 0
            ? null
            : new(at, process, waited, Stall($"{root}/proc/pressure/cpu", "some"), Stall($"{root}/proc/pressure/memory", "full"));
    }

    /// <summary>The total of a line of one of the files in /proc/pressure.</summary>
    internal static TimeSpan Stall(string path, string line) => ParseStall(Text(path), line);

    /// <summary>The second number of a thread's schedstat: nanoseconds on a run queue (Documentation/scheduler/sched-stats.rst of Linux).</summary>
    internal static TimeSpan? ParseWaited(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [_, var waited, _] && long.TryParse(waited, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;

    /// <summary>The <c>total</c> of a line of /proc/pressure, in microseconds (Documentation/accounting/psi.rst of Linux). Zero where there is none.</summary>
    /// <param name="line"><c>some</c> or <c>full</c>.</param>
    internal static TimeSpan ParseStall(string text, string line) =>
        text.Split('\n').FirstOrDefault(l => l.StartsWith(line + " ", StringComparison.Ordinal)) is { } found
        && found.Split("total=") is [_, var total] && long.TryParse(total, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var microseconds)
            ? TimeSpan.FromMicroseconds(microseconds)
            : TimeSpan.Zero;

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A thread may end between the listing and the look; not every kernel has PSI.
            return "";
        }
    }
}
