namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>The way from one port to another. Not for several tasks: only the port that frames come from uses it.</summary>
/// <param name="purpose">For the seed: each way draws for itself, so that traffic of others changes nothing here.</param>
internal sealed class LabLink(string from, string to, string purpose)
{
    private readonly SeededDraws draws = new(purpose);
    private LabConditions? conditions;
    private LabFault[] faults = [];
    private bool joined;
    private TimeSpan freeAt;
    private TimeSpan lastDue;

    /// <param name="now">By the switch's clock.</param>
    public FrameDelivery Pass(int bytes, LabConditions current, TimeSpan now)
    {
        if (conditions != current)
            Begin(current);
        if (!joined)
            return new(LabTraffic.Cut, now, false, false);
        if (faults.Length == 0)
            return new(null, now, false, false);
        return Pass(bytes, now);
    }

    private void Begin(LabConditions current)
    {
        conditions = current;
        faults = [.. current.Faults.Where(fault => fault.Matches(from, to))];
        joined = current.Join(from, to);
        // What no longer holds back does not hold back what comes now.
        (freeAt, lastDue) = (TimeSpan.Zero, TimeSpan.Zero);
    }

    private FrameDelivery Pass(int bytes, TimeSpan now)
    {
        var (lost, twice, late) = (false, false, false);
        var delay = TimeSpan.Zero;
        var pace = long.MaxValue;
        foreach (var fault in faults)
        {
            // Each fault draws the same number of times for each frame: the fate of frame n does not hang on that of those before.
            lost |= draws.Next() < fault.Loss.Value;
            twice |= draws.Next() < fault.Duplicate.Value;
            late |= draws.Next() < fault.Reorder.Value;
            delay += fault.Delay + (fault.Jitter * draws.Next());
            pace = Math.Min(pace, fault.Bandwidth?.Bytes ?? long.MaxValue);
        }

        if (lost)
            return new(LabTraffic.Lost, now, false, false);
        var sent = now;
        if (pace != long.MaxValue)
        {
            var start = freeAt > now ? freeAt : now;
            if (start - now > LabFault.Backlog)
                return new(LabTraffic.Overflowed, now, false, false);
            sent = freeAt = start + TimeSpan.FromSeconds((double)bytes / pace);
        }

        var due = sent + delay;
        if (due < lastDue)
            due = lastDue;
        lastDue = due;
        return new(null, late ? due + LabFault.HeldBack : due, twice, late);
    }
}
