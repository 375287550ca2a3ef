namespace Kola.Servers.Payloads;

/// <summary>What goes wrong with answers to some requests: a closed union. Faults that match the same request act together, in their order.</summary>
public abstract record PayloadFault
{
    private PayloadFault() { }

    /// <summary>Which files: a name, in which <c>*</c> stands for any characters.</summary>
    public string Path { get; init; } = "*";

    /// <summary>For how many requests that match, the first ones; <see langword="null"/>: all.</summary>
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <summary>How a file is delivered that is delivered like this without the fault.</summary>
    /// <param name="name">The file's, as it is asked for.</param>
    /// <param name="draw">The fault's share of chance, from 0 to below 1.</param>
    internal abstract Delivery Act(Delivery delivery, string name, double draw);

    /// <summary>One bit of the content is the other way round.</summary>
    public sealed record BitFlip(Extent At) : PayloadFault
    {
        public override string Title => $"bit-flip at {At}";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery.Length > 0
            ? delivery.Flipped(Math.Min(At.Resolve(delivery.Length, draw), delivery.Length - 1), (byte)(1 << (int)(draw * 8)))
            : delivery;
    }

    /// <summary>The content ends early, and the length that is told agrees with that.</summary>
    public sealed record Truncate(Extent After) : PayloadFault
    {
        public override string Title => $"truncate after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { Length = After.Resolve(delivery.Length, draw) };
    }

    /// <summary>The length that is told is more than what comes; the connection ends then.</summary>
    /// <param name="By">Bytes that are promised and never come.</param>
    public sealed record WrongLength(long By) : PayloadFault
    {
        public override string Title => $"wrong-length by {By} bytes";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { Missing = By };
    }

    /// <summary>Nothing more comes, and the connection stays open.</summary>
    /// <param name="For">Then it goes on; <see langword="null"/>: never.</param>
    public sealed record Stall(Extent After, TimeSpan? For) : PayloadFault
    {
        public override string Title => For is { } time ? $"stall after {After} for {time.TotalSeconds:0.#} s" : $"stall after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { Stall = (After.Resolve(delivery.Length, draw), For) };
    }

    /// <summary>No faster than so many bytes a second.</summary>
    public sealed record Throttle(long BytesPerSecond) : PayloadFault
    {
        public override string Title => $"throttle to {BytesPerSecond} bytes/s";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { BytesPerSecond = BytesPerSecond };
    }

    /// <summary>The connection is torn down.</summary>
    public sealed record Reset(Extent After) : PayloadFault
    {
        public override string Title => $"reset after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { ResetAt = After.Resolve(delivery.Length, draw) };
    }

    /// <summary>An HTTP status instead of the file, such as 503, or 404 for one that is missing.</summary>
    public sealed record Status(int Code) : PayloadFault
    {
        public override string Title => $"status {Code}";

        // The server answers without the file.
        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery;
    }

    /// <summary>The client is sent elsewhere (302).</summary>
    /// <param name="To">A URL, absolute or from the server's root.</param>
    public sealed record Redirect(string To) : PayloadFault
    {
        public override string Title => $"redirect to {To}";

        // The server answers without the file.
        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery;
    }

    /// <summary>Other content under the same name.</summary>
    public sealed record Substitute(ReadOnlyMemory<byte> Content, string Why) : PayloadFault
    {
        public override string Title => Why;

        internal override Delivery Act(Delivery delivery, string name, double draw) => delivery with { Open = () => new MemoryStream(Content.ToArray()), Length = Content.Length };
    }

    /// <summary>Other files' content under the names of this release's files: an old manifest, artifacts of another release.</summary>
    /// <param name="Files">Absolute path by the name that is asked for; other names are served as they are.</param>
    public sealed record Swap(IReadOnlyDictionary<string, string> Files, string Why) : PayloadFault
    {
        public override string Title => Why;

        internal override Delivery Act(Delivery delivery, string name, double draw) =>
            Files.TryGetValue(name, out var path) ? delivery.WithContentOf(new(path)) : delivery;
    }
}
