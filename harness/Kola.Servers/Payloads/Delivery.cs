namespace Kola.Servers.Payloads;

/// <summary>How one file's content is to be sent. Positions count from the content's start, whatever range is asked for.</summary>
internal sealed record Delivery
{
    /// <summary>Opens the content, to be read from any position.</summary>
    public required Func<Stream> Open { get; init; }

    /// <summary>Bytes that there are.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes that are promised and do not come.</summary>
    public long Missing { get; init; }

    /// <summary>What a byte is XORed with, by its position.</summary>
    public IReadOnlyDictionary<long, byte> Flips { get; init; } = new Dictionary<long, byte>();

    public (long At, TimeSpan? For)? Stall { get; init; }

    public long? ResetAt { get; init; }

    public long? BytesPerSecond { get; init; }

    /// <summary>What the faults make of a file. Those that answer without content are not for here.</summary>
    public static Delivery Of(string name, FileInfo file, IEnumerable<(PayloadFault Fault, double Draw)> faults)
    {
        var delivery = OfFile(file);
        foreach (var (fault, draw) in faults)
            delivery = delivery.With(fault, name, draw);
        return delivery;
    }

    private static Delivery OfFile(FileInfo file) => new() { Open = file.OpenRead, Length = file.Length };

    private Delivery With(PayloadFault fault, string name, double draw) => fault switch
    {
        PayloadFault.Substitute other => this with { Open = () => new MemoryStream(other.Content.ToArray()), Length = other.Content.Length },
        PayloadFault.Swap swap when swap.Files.TryGetValue(name, out var path) && OfFile(new(path)) is var swapped => this with { Open = swapped.Open, Length = swapped.Length },
        PayloadFault.BitFlip flip when Length > 0 => this with { Flips = Flipped(Math.Min(flip.At.Resolve(Length, draw), Length - 1), draw) },
        PayloadFault.Truncate truncate => this with { Length = truncate.After.Resolve(Length, draw) },
        PayloadFault.WrongLength wrong => this with { Missing = wrong.By },
        PayloadFault.Stall stall => this with { Stall = (stall.After.Resolve(Length, draw), stall.For) },
        PayloadFault.Throttle throttle => this with { BytesPerSecond = throttle.BytesPerSecond },
        PayloadFault.Reset reset => this with { ResetAt = reset.After.Resolve(Length, draw) },
        _ => this,
    };

    private Dictionary<long, byte> Flipped(long position, double draw) =>
        new(Flips) { [position] = (byte)(Flips.GetValueOrDefault(position) ^ (1 << (int)(draw * 8))) };
}
