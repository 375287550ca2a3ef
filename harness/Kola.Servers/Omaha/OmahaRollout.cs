using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Servers.Omaha;

/// <summary>Who is offered what. Pure: the same machine is always answered the same by the same offers.</summary>
internal static class OmahaRollout
{
    /// <param name="offers">None: nothing is known of any application yet, and there is no update.</param>
    public static OmahaDecision Decide(IReadOnlyList<OmahaOffer> offers, OmahaReport check)
    {
        if (offers is [])
            return OmahaDecision.NoUpdate;
        OmahaOffer[] known = [.. offers.Where(offer => offer.IsFor(check.App))];
        if (known is [])
            return OmahaDecision.Refused("error-unknownApplication");
        // An offer for the machine's group comes before one for all.
        return (known.FirstOrDefault(offer => offer.Group is not null && offer.IsForGroup(check.Group)) ?? known.FirstOrDefault(offer => offer.Group is null)) is { } offer
            ? Decide(offer, check)
            : OmahaDecision.Refused("error-unknownApplicationOrGroup");
    }

    public static OmahaDecision Decide(OmahaOffer offer, OmahaReport check) =>
        offer.Version == check.Version || (!offer.Downgrades && !OmahaVersion.IsBehind(check.Version, offer.Version)) ? OmahaDecision.NoUpdate
        : offer.Paused ? OmahaDecision.Refused("error-updatesDisabled")
        : Share(check.Machine, offer.Version) < offer.Percent / 100 ? OmahaDecision.Offered(offer)
        : OmahaDecision.NoUpdate;

    /// <summary>A machine's place in the roll-out of a version, from 0 to below 1.</summary>
    public static double Share(string machine, string version) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{machine}\0{version}"))) / (double)(1L << 32);
}
