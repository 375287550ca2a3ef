using Kola.Machines.Offline;

namespace Kola.Machines.Sweeps;

/// <summary>Judges all states that a power cut during a recorded update can leave, by the disk alone.</summary>
public sealed class OfflineSweep : IDisposable
{
    private readonly ReadingMemory memory = new();
    private readonly IBootForecaster forecaster;
    private readonly CrashDisk disk;

    /// <param name="log">Of the recorded update.</param>
    /// <param name="basis">The disk before it, raw.</param>
    /// <param name="old">The release that ran.</param>
    /// <param name="before">What was installed before.</param>
    /// <param name="next">The release that the update brings.</param>
    /// <param name="after">What was installed after.</param>
    /// <exception cref="GuestException">The disk before or after the update cannot be read.</exception>
    /// <exception cref="HostException">A file cannot be read.</exception>
    public OfflineSweep(WriteLog log, string basis, IBootForecaster forecaster, string old, Installation before, string next, Installation after)
    {
        this.forecaster = forecaster;
        disk = new(log, basis);
        try
        {
            Known = KnownSystems.Learn(disk, memory, forecaster, log.Entries.Count, old, before, next, after);
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>What counts as whole.</summary>
    public KnownSystems Known { get; }

    /// <summary>Judges each different disk among the states once, in their order. What one comes to is known when all have been.</summary>
    /// <param name="doneBefore">The first flush that came after the update tool had said that it was done.</param>
    public IReadOnlyList<JudgedState> Judge(IEnumerable<CrashState> states, int doneBefore, CancellationToken cancellation)
    {
        var seen = new Dictionary<ulong, JudgedState>();
        var all = new List<JudgedState>();
        foreach (var state in states)
        {
            cancellation.ThrowIfCancellationRequested();
            disk.Show(state);
            if (seen.TryGetValue(disk.Digest, out var same))
            {
                same.Equal++;
                same.LastFlush = Math.Max(same.LastFlush, state.Flush);
                continue;
            }

            var judged = Judge(state, doneBefore);
            seen[disk.Digest] = judged;
            all.Add(judged);
        }

        return all;
    }

    /// <summary>The disk in one state; it may be read until the next one is shown or judged.</summary>
    public CrashDisk Show(CrashState state)
    {
        disk.Show(state);
        return disk;
    }

    public void Dispose() => disk.Dispose();

    private JudgedState Judge(CrashState state, int doneBefore)
    {
        try
        {
            var reading = new DiskReading(disk, memory);
            var forecast = forecaster.Forecast(reading, Known);
            return new(state, Outcome(forecast), forecast, reading.Table.Faults, doneBefore);
        }
        catch (GuestException e)
        {
            return new(state, BootOutcome.Neither, BootForecast.None(e.Message, e.Message), [], doneBefore);
        }
    }

    private BootOutcome Outcome(BootForecast forecast) =>
        forecast.Damage is not null || forecast.Chosen is null ? (forecast.Next is null ? BootOutcome.Neither : BootOutcome.Damaged)
        : forecast.Chosen == Known.Old ? BootOutcome.Old
        : forecast.Chosen == Known.New ? BootOutcome.New
        : BootOutcome.Neither;
}
