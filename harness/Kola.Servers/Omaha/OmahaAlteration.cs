using System.Security.Cryptography;

namespace Kola.Servers.Omaha;

/// <summary>What faults make of an answer.</summary>
internal static class OmahaAlteration
{
    public static OmahaDecision Of(OmahaDecision decision, OmahaReport check, IReadOnlyList<OmahaFault> acting, OmahaFaults rules)
    {
        foreach (var fault in acting)
            decision = fault switch
            {
                OmahaFault.NoUpdate => OmahaDecision.NoUpdate,
                OmahaFault.UnknownStatus unknown => decision with { UpdateStatus = unknown.Status, Offer = null },
                OmahaFault.Flip flip when rules.Flips(check.Machine) => OmahaRollout.Decide(flip.Other, check),
                OmahaFault.WrongCodebase wrong => With(decision, offer => offer with { Codebase = wrong.Codebase }),
                OmahaFault.WrongSize wrong => With(decision, offer => WithPayload(offer, payload => payload with { Size = Math.Max(1, payload.Size + wrong.By) })),
                OmahaFault.WrongHash => With(decision, offer => WithPayload(offer, payload => payload with { Sha256 = OtherHash(payload) })),
                _ => decision,
            };
        return decision;
    }

    /// <summary>What is sent of an answer's text.</summary>
    public static byte[] Of(byte[] text, IReadOnlyList<OmahaFault> acting) =>
        acting.Any(fault => fault is OmahaFault.Empty) ? []
        : acting.Any(fault => fault is OmahaFault.Malformed) ? text[..(text.Length / 2)]
        : text;

    private static OmahaDecision With(OmahaDecision decision, Func<OmahaOffer, OmahaOffer> change) =>
        decision.Offer is { } offer ? decision with { Offer = change(offer) } : decision;

    private static OmahaOffer WithPayload(OmahaOffer offer, Func<OmahaPackage, OmahaPackage> change) =>
        offer with { Packages = [change(offer.Packages[0]), .. offer.Packages.Skip(1)] };

    /// <summary>A hash of other content: well formed, and always the same.</summary>
    private static string OtherHash(OmahaPackage payload) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(payload.Sha256)));
}
