namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>The way from one port to another. Not for several tasks: only the port that frames come from uses it.</summary>
/// <param name="purpose">For the seed: each way draws for itself, so that traffic of others changes nothing here.</param>
internal sealed class LabLink(string from, string to, string purpose)
{
    private readonly SeededDraws draws = new(purpose);
    private LabConditions? conditions;
    private LabRule[] rules = [];
    private bool joined;
    private TimeSpan freeAt;
    private TimeSpan lastDue;

    /// <param name="now">By the switch's clock.</param>
    public LabFate Pass(int bytes, LabConditions current, TimeSpan now)
    {
        if (conditions != current)
            Begin(current);
        if (!joined)
            return new(LabTraffic.Cut, now, false, false);
        if (rules.Length == 0)
            return new(null, now, false, false);
        return Pass(bytes, now);
    }

    private void Begin(LabConditions current)
    {
        conditions = current;
        rules = [.. current.Rules.Where(rule => rule.Matches(from, to))];
        joined = current.Join(from, to);
        // What no longer holds back does not hold back what comes now.
        (freeAt, lastDue) = (TimeSpan.Zero, TimeSpan.Zero);
    }

    private LabFate Pass(int bytes, TimeSpan now)
    {
        var (lost, twice, late) = (false, false, false);
        var delay = TimeSpan.Zero;
        var pace = long.MaxValue;
        foreach (var rule in rules)
        {
            // Each rule draws the same number of times for each frame: the fate of frame n does not hang on that of those before.
            lost |= draws.Next() < rule.Loss;
            twice |= draws.Next() < rule.Duplicate;
            late |= draws.Next() < rule.Reorder;
            delay += rule.Delay + (rule.Jitter * draws.Next());
            pace = Math.Min(pace, rule.BytesPerSecond ?? long.MaxValue);
        }

        if (lost)
            return new(LabTraffic.Lost, now, false, false);
        var sent = now;
        if (pace != long.MaxValue)
        {
            var start = freeAt > now ? freeAt : now;
            if (start - now > LabRule.Backlog)
                return new(LabTraffic.Overflowed, now, false, false);
            sent = freeAt = start + TimeSpan.FromSeconds((double)bytes / pace);
        }

        var due = sent + delay;
        if (due < lastDue)
            due = lastDue;
        lastDue = due;
        return new(null, late ? due + LabRule.HeldBack : due, twice, late);
    }
}
