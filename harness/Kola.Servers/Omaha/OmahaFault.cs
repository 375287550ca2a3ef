namespace Kola.Servers.Omaha;

/// <summary>What goes wrong with answers to some requests: a closed union. Faults that match the same request act together.</summary>
public abstract record OmahaFault
{
    private OmahaFault() { }

    /// <summary>With which requests; <see langword="null"/>: with all.</summary>
    public OmahaCall? Call { get; init; } = OmahaCall.Check;

    /// <summary>With requests of this machine only; <see langword="null"/>: of all.</summary>
    public string? Machine { get; init; }

    /// <summary>With how many that match, the first ones; <see langword="null"/>: with all.</summary>
    public int? Times { get; init; }

    /// <summary>For the record: what is done.</summary>
    public abstract string Title { get; }

    /// <summary>Connections are torn down without an answer. What was asked is recorded.</summary>
    public sealed record Down : OmahaFault
    {
        public override string Title => "down";
    }

    /// <summary>The answer comes late.</summary>
    /// <param name="By">How late.</param>
    public sealed record Slow(TimeSpan By) : OmahaFault
    {
        public override string Title => $"slow by {By.TotalSeconds:0.###} s";
    }

    /// <summary>An HTTP status instead of an answer. update_engine reports 2000 + status.</summary>
    /// <param name="Status">400 to 599.</param>
    public sealed record Errors(int Status) : OmahaFault
    {
        public override string Title => $"status {Status}";
    }

    /// <summary>Status 200 and no content. update_engine reports 30.</summary>
    public sealed record Empty : OmahaFault
    {
        public override string Title => "empty";
    }

    /// <summary>An answer that ends in the middle, so that it is not XML. update_engine reports 31.</summary>
    public sealed record Malformed : OmahaFault
    {
        public override string Title => "malformed";
    }

    /// <summary>A status of the update check that the protocol does not know. update_engine reports 34.</summary>
    public sealed record UnknownStatus(string Status = "perhaps") : OmahaFault
    {
        public override string Title => $"unknown-status {Status}";
    }

    /// <summary>There is no update, whatever is offered.</summary>
    public sealed record NoUpdate : OmahaFault
    {
        public override string Title => "noupdate";
    }

    /// <summary>The payload's size is told wrong. update_engine reports 11.</summary>
    /// <param name="By">Bytes more, or fewer.</param>
    public sealed record WrongSize(long By = 1) : OmahaFault
    {
        public override string Title => $"wrong-size by {By} bytes";
    }

    /// <summary>The payload's hash is told wrong. update_engine reports 10.</summary>
    public sealed record WrongHash : OmahaFault
    {
        public override string Title => "wrong-hash";
    }

    /// <summary>The payload is said to be where it is not.</summary>
    /// <param name="Codebase">A URL.</param>
    public sealed record WrongCodebase(string Codebase) : OmahaFault
    {
        public override string Title => $"wrong-codebase {Codebase}";
    }

    /// <summary>Each machine's answers alternate between what is offered and another update, which comes second.</summary>
    public sealed record Flip(OmahaOffer Other) : OmahaFault
    {
        public override string Title => $"flip to {Other.Version}";
    }
}
