using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Servers.Cincinnati;

/// <summary>Which updates a node is shown, by the rules of Fedora CoreOS's own server. Pure.</summary>
internal static class CincinnatiPolicy
{
    /// <summary>The graph that a node is shown.</summary>
    /// <param name="releases">The oldest first.</param>
    /// <param name="wariness">0: shown every release at once, 1: shown it last.</param>
    public static CincinnatiGraph GraphOf(IReadOnlyList<CincinnatiRelease> releases, string architecture, bool oci, double wariness, DateTimeOffset now)
    {
        (CincinnatiRelease Release, CincinnatiNode Node)[] shown = [.. releases.Index()
            .Where(entry => Payloads(entry.Item, oci).ContainsKey(architecture))
            .Select(entry => (entry.Item, NodeOf(entry.Item, Payloads(entry.Item, oci)[architecture], oci, entry.Index)))];
        var edges = EdgesOf([.. shown.Select(entry => entry.Release)])
            .Where(edge => shown[edge.From].Release.DeadEnd is null && !(shown[edge.To].Release.Rollout is { } rollout && wariness > rollout.ShareAt(now)));
        return new([.. shown.Select(entry => entry.Node)], [.. edges.Select(edge => (int[])[edge.From, edge.To])]);
    }

    /// <summary>How late a node is shown releases: what it says, else by its id; above 0, as only a node that says so goes first.</summary>
    public static double WarinessOf(string? said, string? node)
    {
        if (double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var wariness) && !double.IsNaN(wariness))
            return Math.Clamp(wariness, 0, 1);
        return Math.Max(0.000_001, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(node ?? ""))) / (double)uint.MaxValue);
    }

    /// <summary>Updates lead to releases that are rolled out and to barriers, from all releases since the barrier before them.</summary>
    private static IEnumerable<(int From, int To)> EdgesOf(IReadOnlyList<CincinnatiRelease> releases)
    {
        var barrier = 0;
        for (var to = 0; to < releases.Count; to++)
        {
            if (releases[to] is { Rollout: not null } or { Barrier: not null })
                for (var from = barrier; from < to; from++)
                    yield return (from, to);
            if (releases[to].Barrier is not null)
                barrier = to;
        }
    }

    private static IReadOnlyDictionary<string, string> Payloads(CincinnatiRelease release, bool oci) => oci ? release.Images : release.Checksums;

    private static CincinnatiNode NodeOf(CincinnatiRelease release, string payload, bool oci, int age)
    {
        var metadata = new Dictionary<string, string>
        {
            [CincinnatiKeys.AgeIndex] = Text(age),
            [CincinnatiKeys.Scheme] = oci ? "oci" : "checksum",
        };
        Flag(CincinnatiKeys.Barrier, CincinnatiKeys.BarrierReason, release.Barrier);
        Flag(CincinnatiKeys.DeadEnd, CincinnatiKeys.DeadEndReason, release.DeadEnd);
        if (release.Rollout is { } rollout)
        {
            metadata[CincinnatiKeys.Rollout] = "true";
            if (rollout.Start is { } start)
                metadata[CincinnatiKeys.StartEpoch] = Text(start.ToUnixTimeSeconds());
            if (rollout.StartValue is { } value)
                metadata[CincinnatiKeys.StartValue] = value.ToString(CultureInfo.InvariantCulture);
            if (rollout.Duration is { } duration)
                metadata[CincinnatiKeys.Duration] = Text((long)duration.TotalMinutes);
        }

        return new(release.Version, payload, metadata);

        void Flag(string key, string reasonKey, string? reason)
        {
            if (reason is not null)
                (metadata[key], metadata[reasonKey]) = ("true", reason.Length == 0 ? "generic" : reason);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
