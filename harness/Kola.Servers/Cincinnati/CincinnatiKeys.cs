namespace Kola.Servers.Cincinnati;

/// <summary>Keys of a node's metadata, as Fedora CoreOS has them. All values are strings.</summary>
internal static class CincinnatiKeys
{
    private const string Prefix = "org.fedoraproject.coreos.";

    /// <summary><c>checksum</c> or <c>oci</c>: what the payload is.</summary>
    public const string Scheme = Prefix + "scheme";

    /// <summary>The release's place in its stream, from 0, the oldest.</summary>
    public const string AgeIndex = Prefix + "releases.age_index";

    public const string Barrier = Prefix + "updates.barrier", BarrierReason = Prefix + "updates.barrier_reason";

    public const string DeadEnd = Prefix + "updates.deadend", DeadEndReason = Prefix + "updates.deadend_reason";

    public const string Rollout = Prefix + "updates.rollout";

    public const string StartEpoch = Prefix + "updates.start_epoch", StartValue = Prefix + "updates.start_value", Duration = Prefix + "updates.duration_minutes";
}
