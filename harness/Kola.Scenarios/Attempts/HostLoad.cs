using Kola.Machines;
using Kola.Machines.Host;

namespace Kola.Scenarios.Attempts;

/// <summary>How much the host kept an attempt's machines from running, and what that excuses.</summary>
/// <param name="meters">Of the machines that there are, by name.</param>
internal sealed class HostLoad(Func<IEnumerable<(string Machine, StarvationMeter Meter)>> meters, TimeProvider time)
{
    /// <summary>Of the machine that was kept most, over the last so much time; <see langword="null"/>: none was measured.</summary>
    public (string Machine, Starvation Share)? Over(TimeSpan window)
    {
        var since = time.GetTimestamp() - (long)Math.Min(window.TotalSeconds * time.TimestampFrequency, long.MaxValue / 2);
        var measured = meters().ToArray().Select(machine => (machine.Machine, Share: machine.Meter.Since(Math.Max(since, 0)))).Where(machine => machine.Share.Window > TimeSpan.Zero).ToArray();
        return measured is [] ? null : measured.MaxBy(machine => Math.Max(machine.Share.WaitShare / Starvation.SevereWait, machine.Share.MemoryPressure / Starvation.SevereMemory));
    }

    /// <summary>
    /// A failure as it is to be judged: one that a starved host alone can bring about, while the host starved a machine, is the host's. What was seen and is wrong stays
    /// what it is, whatever the load.
    /// </summary>
    public Exception Judge(Exception exception) =>
        exception is GuestException and IStarvable { Waited: { } waited } && Over(waited) is { Share.IsSevere: true } starved
            ? new StarvedHostException(starved.Machine, starved.Share, exception)
            : exception;
}

/// <summary>A machine was kept from running while something came too late: it says nothing about the product.</summary>
internal sealed class StarvedHostException(string machine, Starvation share, Exception failure)
    : HostException($"starved host: {machine} {share}; so this says nothing about the product: {failure.Message}\nrun it again on a host with less load, or with fewer machines at once (--jobs, KOLA_CPUS)", failure);
