using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kola.Yaml.Binding;
using Kola.Yaml.Values;

namespace Kola.Servers.Payloads;

/// <summary>
/// What goes wrong with answers to some requests, as scenario files write it: a closed union. The keyword's value says with which files.
/// Faults that match the same request act together, in their order.
/// </summary>
public abstract record PayloadFault
{
    private PayloadFault() { }

    [Description("Which files: what they are for (payload, hashes, manifest, signature, boot-entry), or a name, in which * stands for any characters."), Example("payload")]
    public string Path { get; init; } = "*";

    [Description("For how many requests, the first ones. Default: all."), Range(1, 1000)]
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <summary>How a file is delivered that is delivered like this without the fault.</summary>
    /// <param name="name">The file's, as the client asks for it.</param>
    /// <param name="draw">The fault's share of chance, from 0 to below 1.</param>
    /// <param name="offer">Where the content of other files is found.</param>
    internal abstract Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer);

    [Keyword("bit-flip", Value = nameof(Path)), Description("One bit is inverted.")]
    public sealed record BitFlip : PayloadFault
    {
        [Description("Where: a size, a percentage, or random (by the run's seed).")]
        public Extent At { get; init; } = Extent.Anywhere;

        public override string Title => $"bit-flip at {At}";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery.Length > 0
            ? delivery.Flipped(Math.Min(At.Resolve(delivery.Length, draw), delivery.Length - 1), (byte)(1 << (int)(draw * 8)))
            : delivery;
    }

    [Keyword("truncate", Value = nameof(Path)), Description("The file ends early, and the announced length is the shorter one.")]
    public sealed record Truncate : PayloadFault
    {
        [Description("After how much of the file.")]
        public Extent After { get; init; } = Extent.Anywhere;

        public override string Title => $"truncate after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery with { Length = After.Resolve(delivery.Length, draw) };
    }

    [Keyword("wrong-length", Value = nameof(Path)), Description("The announced length is more than what is sent; then the connection ends.")]
    public sealed record WrongLength : PayloadFault
    {
        [Description("How much is announced and not sent.")]
        public Size By { get; init; } = new(1);

        public override string Title => $"wrong-length by {By.Bytes} bytes";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery with { Missing = By.Bytes };
    }

    [Keyword("stall", Value = nameof(Path)), Description("Nothing more is sent, and the connection stays open.")]
    public sealed record Stall : PayloadFault
    {
        [Description("After how much of the file.")]
        public Extent After { get; init; } = Extent.Anywhere;

        [Description("How long, in real time; then it goes on. Default: for ever.")]
        public TimeSpan? For { get; init; }

        public override string Title => For is { } time ? $"stall after {After} for {time.TotalSeconds:0.#} s" : $"stall after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery with { Stall = (After.Resolve(delivery.Length, draw), For) };
    }

    [Keyword("throttle", Value = nameof(Path)), Description("The file is sent slowly.")]
    public sealed record Throttle : PayloadFault
    {
        [Description("How much in a second, in real time."), Example("1MiB")]
        public required Size Rate { get; init; }

        public override string Title => $"throttle to {Rate.Bytes} bytes/s";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery with { BytesPerSecond = Rate.Bytes };
    }

    [Keyword("reset", Value = nameof(Path)), Description("The connection is reset.")]
    public sealed record Reset : PayloadFault
    {
        [Description("After how much of the file.")]
        public Extent After { get; init; } = Extent.Anywhere;

        public override string Title => $"reset after {After}";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery with { ResetAt = After.Resolve(delivery.Length, draw) };
    }

    [Keyword("status", Value = nameof(Path)), Description("An HTTP status instead of the file.")]
    public sealed record Status : PayloadFault
    {
        [Description("The status: 404 for a file that is missing."), Range(400, 599)]
        public required int Code { get; init; }

        public override string Title => $"status {Code}";

        // The server answers without the file.
        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery;
    }

    [Keyword("redirect", Value = nameof(Path)), Description("The client is sent elsewhere (302).")]
    public sealed record Redirect : PayloadFault
    {
        [Description("A URL, absolute or from the server's root."), Format(@"^(/|http://)\S*$", "a URL")]
        public required string To { get; init; }

        public override string Title => $"redirect to {To}";

        // The server answers without the file.
        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery;
    }

    [Keyword("rewrite", Value = nameof(Path)), Description("Other content under the same name.")]
    [SuppressMessage("Naming", "CA1724", Justification = "The namespace of that name is ASP.NET's, and not used here.")]
    public sealed record Rewrite : PayloadFault
    {
        [Description("The content.")]
        public required string Content { get; init; }

        public override string Title => "rewritten";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery.WithContent(Encoding.UTF8.GetBytes(Content));
    }

    [Keyword("swap", Value = nameof(Path)), Description("The content of another release's file of the same kind, under this release's name.")]
    public sealed record Swap : PayloadFault
    {
        [Description("The other release: a role, or an image with its release."), StandsFor(ReleaseWords.Image), Example("previous")]
        [Format(ReleaseWords.ImagePattern, ReleaseWords.ImageForm)]
        public required string With { get; init; }

        public override string Title => $"as of {With}";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) =>
            offer.Counterparts[With].TryGetValue(name, out var path) ? delivery.WithContentOf(new(path)) : delivery;
    }

    [Keyword("foreign-signature", Value = nameof(Path)), Description("A valid signature by a key that is not trusted. The name is the signature's; what is signed has the same name without its last extension.")]
    public sealed record ForeignSignature : PayloadFault
    {
        public override string Title => "signed by another key";

        internal override Delivery Act(Delivery delivery, string name, double draw, PayloadOffer offer) => delivery.WithContent(offer.ForeignSignatures[Path]);
    }
}
