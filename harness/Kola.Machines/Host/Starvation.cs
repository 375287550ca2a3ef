using System.Globalization;

namespace Kola.Machines.Host;

/// <summary>How much a machine was kept from running by its host, over a window of time.</summary>
/// <param name="Window">How long the machine ran and was measured within the window; zero: it was not measured.</param>
/// <param name="WaitShare">Share (0 to 1) of the window in which the QEMU thread that waited most was ready to run and had no processor.</param>
/// <param name="ProcessorPressure">Share of the window in which some task of the host waited for a processor (PSI, <c>some</c> of /proc/pressure/cpu); 0 where the kernel does not tell.</param>
/// <param name="MemoryPressure">Share of the window in which all tasks of the host waited for memory (PSI, <c>full</c> of /proc/pressure/memory).</param>
/// <remarks>
/// A thread waits its share only while it wants to run: a virtual processor that halts when idle does not wait. So the share tells how much slower than
/// on a free host the guest was while it worked: at 0.4 it takes 1 / (1 - 0.4) = 1.7 times as long. PSI is about the whole host or container, and alone proves nothing about
/// this machine.
/// </remarks>
public sealed record Starvation(TimeSpan Window, double WaitShare, double ProcessorPressure, double MemoryPressure)
{
    /// <summary>
    /// From this share of waiting on a missed bound says nothing about the guest. Bounds of scenarios leave a factor of 1.5 and more on a free host; a busy process
    /// that shares one processor with one other waits 0.5, with three others 0.75; four emulated machines of two processors on two cores, where a guest's timer check failed, 0.75.
    /// </summary>
    public const double SevereWait = 0.4;

    /// <summary>From this share of memory stalls on a missed bound says nothing about the guest.</summary>
    public const double SevereMemory = 0.2;

    /// <summary>Nothing was measured.</summary>
    public static Starvation None { get; } = new(TimeSpan.Zero, 0, 0, 0);

    /// <summary>Whether the host is to blame for what came late.</summary>
    public bool IsSevere => WaitShare >= SevereWait || MemoryPressure >= SevereMemory;

    /// <summary>For people and records.</summary>
    public override string ToString() => Window == TimeSpan.Zero
        ? "not measured"
        : string.Create(CultureInfo.InvariantCulture, $"waited for a processor {WaitShare * 100:0} % of {Window.TotalSeconds:0} s (host: processor pressure {ProcessorPressure * 100:0} %, memory pressure {MemoryPressure * 100:0} %)");
}
