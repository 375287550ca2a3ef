using System.ComponentModel;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Machines.Qemu.Networks.Lab;

/// <summary>What happens to frames on their way from one port to another, as scenario files write it. Faults that match the same way act together: delays add up, the least bandwidth counts.</summary>
/// <remarks>A port has its machine's name.</remarks>
[NotEmpty]
public sealed record LabFault
{
    [Description("Machine that they come from. Default: any.")]
    public string? From { get; init; }

    [Description("Machine that they go to. Default: any.")]
    public string? To { get; init; }

    [Description("Share that does not arrive."), Example("5%")]
    public Share Loss { get; init; }

    [Description("Share that arrives twice."), Example("1%")]
    public Share Duplicate { get; init; }

    /// <remarks>Each is held back for <see cref="HeldBack"/> more.</remarks>
    [Description("Share that later frames overtake."), Example("1%")]
    public Share Reorder { get; init; }

    /// <remarks>Kept to about a millisecond.</remarks>
    [Description("How much later each arrives, in real time."), Example("20ms")]
    public TimeSpan Delay { get; init; }

    /// <remarks>Drawn evenly for each frame. Order is kept.</remarks>
    [Description("Up to how much later still, by chance, in real time."), Example("5ms")]
    public TimeSpan Jitter { get; init; }

    /// <remarks>What exceeds it by more than <see cref="Backlog"/> is dropped.</remarks>
    [Description("How much passes in a second from each machine to each. Default: all."), Example("1MiB")]
    public Size? Bandwidth { get; init; }

    /// <summary>For how long a reordered frame is held back.</summary>
    public static TimeSpan HeldBack { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How much of a bounded way is kept waiting.</summary>
    public static TimeSpan Backlog { get; } = TimeSpan.FromSeconds(1);

    /// <summary>For people, on one short line.</summary>
    public string Title => string.Join(' ', new[]
    {
        From is null && To is null ? null : $"{From ?? "any"} to {To ?? "any"}",
        Loss.Value > 0 ? $"loss {Loss}" : null,
        Duplicate.Value > 0 ? $"duplicate {Duplicate}" : null,
        Reorder.Value > 0 ? $"reorder {Reorder}" : null,
        Delay > TimeSpan.Zero ? $"delay {Delay.TotalMilliseconds:0} ms" : null,
        Jitter > TimeSpan.Zero ? $"jitter {Jitter.TotalMilliseconds:0} ms" : null,
        Bandwidth is { } pace ? $"{pace}/s" : null,
    }.OfType<string>());

    internal bool Matches(string from, string to) => (From is null || From == from) && (To is null || To == to);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        foreach (var (name, share) in new[] { (nameof(Loss), Loss), (nameof(Duplicate), Duplicate), (nameof(Reorder), Reorder) })
            if (share.Value is not (>= 0 and <= 1))
                throw new ArgumentException($"{name} is {share.Value}; expected 0 to 1");
        if (Delay < TimeSpan.Zero || Jitter < TimeSpan.Zero || Bandwidth?.Bytes <= 0)
            throw new ArgumentException($"a delay, jitter or bandwidth is below what there is: {this}");
    }
}
