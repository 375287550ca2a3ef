namespace Kola.Servers.Cincinnati;

/// <summary>What goes wrong with answers to some requests: a closed union. Faults that match the same request act together.</summary>
public abstract record CincinnatiFault
{
    private CincinnatiFault() { }

    /// <summary>With requests of this node (<c>node_uuid</c>) only; <see langword="null"/>: of all.</summary>
    public string? Node { get; init; }

    /// <summary>With how many that match, the first ones; <see langword="null"/>: with all.</summary>
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <summary>Connections are torn down without an answer. What was asked is recorded.</summary>
    public sealed record Down : CincinnatiFault
    {
        public override string Title => "down";
    }

    /// <summary>The answer comes late.</summary>
    /// <param name="By">How late.</param>
    public sealed record Slow(TimeSpan By) : CincinnatiFault
    {
        public override string Title => $"slow by {By.TotalSeconds:0.###} s";
    }

    /// <summary>An HTTP status instead of a graph.</summary>
    /// <param name="Status">400 to 599.</param>
    /// <param name="Kind">The protocol's kind of error; <see langword="null"/>: no body, which Zincati reports as <c>generic_http_STATUS</c>.</param>
    public sealed record Errors(int Status, string? Kind = null) : CincinnatiFault
    {
        public override string Title => Kind is null ? $"status {Status}" : $"status {Status} ({Kind})";
    }

    /// <summary>An answer that ends in the middle, so that it is not JSON.</summary>
    public sealed record Malformed : CincinnatiFault
    {
        public override string Title => "malformed";
    }

    /// <summary><c>{}</c>: JSON, but no graph.</summary>
    public sealed record Empty : CincinnatiFault
    {
        public override string Title => "empty";
    }

    /// <summary>Nodes without metadata, which clients cannot decode.</summary>
    public sealed record NoMetadata : CincinnatiFault
    {
        public override string Title => "no-metadata";
    }

    /// <summary>A graph in which no update leads anywhere.</summary>
    public sealed record NoUpdates : CincinnatiFault
    {
        public override string Title => "no-updates";
    }

    /// <summary>A release is not in the graph; a node that runs it does not find itself.</summary>
    public sealed record Without(string Version) : CincinnatiFault
    {
        public override string Title => $"without {Version}";
    }

    /// <summary>A release has another payload than it has.</summary>
    public sealed record WrongPayload(string Version, string Payload) : CincinnatiFault
    {
        public override string Title => $"wrong-payload of {Version}";
    }

    /// <summary>Updates lead back, from every release to all that are older.</summary>
    public sealed record Downgrades : CincinnatiFault
    {
        public override string Title => "downgrades";
    }
}
