using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>Waits until the host has processors and memory to spare, by its pressure (Documentation/accounting/psi.rst of Linux).</summary>
/// <param name="root">Folder that stands for <c>/</c>.</param>
public sealed class HostCalm(TimeProvider time, string root = "")
{
    /// <summary>Less pressure than this is calm: half of what makes a missed bound say nothing (<see cref="Starvation.SevereWait"/>).</summary>
    public const double Limit = Starvation.SevereWait / 2;

    /// <summary>One look at the pressure. A burst of a second is no load.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>Returns when the host was calm for a while; at once where its kernel does not tell its pressure.</summary>
    /// <param name="bound">It is not waited for longer.</param>
    /// <param name="waits">Told what is waited for; again each minute.</param>
    /// <returns>Whether the host is calm.</returns>
    public async Task<bool> WaitAsync(TimeSpan bound, Action<string> waits, CancellationToken cancellation)
    {
        if (!File.Exists(Pressure("cpu")))
            return true;
        var (start, told) = (time.GetTimestamp(), TimeSpan.MinValue);
        while (true)
        {
            var (from, processor, memory) = (time.GetTimestamp(), Stall("cpu", "some"), Stall("memory", "full"));
            await Task.Delay(Window, time, cancellation);
            var took = time.GetElapsedTime(from);
            var pressure = Math.Max((Stall("cpu", "some") - processor) / took, (Stall("memory", "full") - memory) / took);
            if (pressure < Limit)
                return true;
            var waited = time.GetElapsedTime(start);
            if (waited >= bound)
                return false;
            if (waited - Reminder < told)
                continue;
            told = waited;
            waits(string.Create(CultureInfo.InvariantCulture, $"waiting for a calmer host: some task waited for a processor or memory {pressure * 100:0} % of the last {took.TotalSeconds:0} s, and less than {Limit * 100:0} % is calm"));
        }
    }

    private TimeSpan Stall(string what, string line) => SchedulerSample.Stall(Pressure(what), line);

    private string Pressure(string what) => $"{root}/proc/pressure/{what}";
}
