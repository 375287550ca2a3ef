namespace Kola.Servers.Omaha;

/// <summary>What a check is answered.</summary>
/// <param name="Status">Of the application: <c>ok</c>, or Nebraska's word for why not.</param>
/// <param name="UpdateStatus">Of the update check.</param>
/// <param name="Offer">With <c>ok</c> only.</param>
internal sealed record OmahaDecision(string Status, string UpdateStatus, OmahaOffer? Offer = null)
{
    public static OmahaDecision NoUpdate { get; } = new("ok", "noupdate");

    public OmahaAnswer Answer => UpdateStatus switch
    {
        "ok" => OmahaAnswer.Offered,
        "noupdate" => OmahaAnswer.NoUpdate,
        _ => OmahaAnswer.Error,
    };

    public static OmahaDecision Refused(string why) => new(why, "error-internal");

    public static OmahaDecision Offered(OmahaOffer offer) => new("ok", "ok", offer);
}
