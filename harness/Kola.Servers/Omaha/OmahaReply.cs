namespace Kola.Servers.Omaha;

/// <summary>How a request is answered, as faults change it.</summary>
internal sealed record OmahaReply
{
    /// <summary>Without faults.</summary>
    public static OmahaReply Sound { get; } = new();

    public TimeSpan Late { get; init; }

    public bool TornDown { get; init; }

    /// <summary>An HTTP status instead of an answer.</summary>
    public int? Status { get; init; }

    /// <summary>What is sent of the answer's text.</summary>
    public Func<byte[], byte[]> Text { get; init; } = text => text;

    /// <summary>What becomes of what was decided for a check.</summary>
    public Func<OmahaDecision, OmahaReport, OmahaDecision> Decide { get; init; } = (decision, _) => decision;

    /// <summary>Without an answer nothing is decided.</summary>
    public bool IsSilent => TornDown || Status is not null;

    public OmahaReply Then(Func<OmahaDecision, OmahaReport, OmahaDecision> change) => this with { Decide = (decision, check) => change(Decide(decision, check), check) };

    /// <summary>Changes what is offered, where something is.</summary>
    public OmahaReply ThenOffer(Func<OmahaOffer, OmahaOffer> change) =>
        Then((decision, _) => decision.Offer is { } offer ? decision with { Offer = change(offer) } : decision);

    /// <summary>Changes what is said of the payload, the first package.</summary>
    public OmahaReply ThenPayload(Func<OmahaPackage, OmahaPackage> change) =>
        ThenOffer(offer => offer with { Packages = [change(offer.Packages[0]), .. offer.Packages.Skip(1)] });
}
