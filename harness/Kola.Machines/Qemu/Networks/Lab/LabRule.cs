namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>What becomes of frames on their way from one port to another. Rules that match the same way act together: delays add up, the least bandwidth counts.</summary>
public sealed record LabRule
{
    /// <summary>Name of the port they come from; <see langword="null"/>: any.</summary>
    public string? From { get; init; }

    /// <summary>Name of the port they go to; <see langword="null"/>: any.</summary>
    public string? To { get; init; }

    /// <summary>Share of frames that do not arrive, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share of frames that arrive twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of frames that are held back for <see cref="HeldBack"/> more, so that later ones overtake them, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>How much later each frame arrives, kept to about a millisecond.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Up to how much later still, drawn evenly for each frame. Order is kept.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Bytes of frames in a second from each port to each; <see langword="null"/>: unbounded. What exceeds it by more than <see cref="Backlog"/> is dropped.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>For how long a reordered frame is held back.</summary>
    public static TimeSpan HeldBack { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How much of a bounded way is kept waiting.</summary>
    public static TimeSpan Backlog { get; } = TimeSpan.FromSeconds(1);

    internal bool Matches(string from, string to) => (From is null || From == from) && (To is null || To == to);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        foreach (var (name, share) in new[] { (nameof(Loss), Loss), (nameof(Duplicate), Duplicate), (nameof(Reorder), Reorder) })
            if (share is not (>= 0 and <= 1))
                throw new ArgumentException($"{name} is {share}; expected 0 to 1");
        if (Delay < TimeSpan.Zero || Jitter < TimeSpan.Zero || BytesPerSecond <= 0)
            throw new ArgumentException($"a delay, jitter or bandwidth is below what there is: {this}");
    }
}
