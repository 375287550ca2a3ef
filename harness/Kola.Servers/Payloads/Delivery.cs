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

    /// <summary>What the faults make of a file. Those that answer without content change nothing here.</summary>
    public static Delivery Of(string name, FileInfo file, PayloadOffer offer, IEnumerable<(PayloadFault Fault, double Draw)> faults) =>
        faults.Aggregate(new Delivery { Open = file.OpenRead, Length = file.Length }, (delivery, acting) => acting.Fault.Act(delivery, name, acting.Draw, offer));

    /// <summary>The same with another file's content.</summary>
    public Delivery WithContentOf(FileInfo file) => this with { Open = file.OpenRead, Length = file.Length };

    /// <summary>The same with this content.</summary>
    public Delivery WithContent(byte[] content) => this with { Open = () => new MemoryStream(content, writable: false), Length = content.Length };

    /// <summary>The same with a byte XORed, beside those that are.</summary>
    public Delivery Flipped(long position, byte mask) =>
        this with { Flips = new Dictionary<long, byte>(Flips) { [position] = (byte)(Flips.GetValueOrDefault(position) ^ mask) } };
}
