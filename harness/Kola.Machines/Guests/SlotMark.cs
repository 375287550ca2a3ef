using System.Security.Cryptography;

namespace Kola.Machines.Guests;

/// <summary>How far systemd-sysupdate has come with a partition. Only a whole one is installed.</summary>
internal enum SlotProgress
{
    Whole,

    /// <summary>It is being written, or writing it was cut off.</summary>
    Partial,

    /// <summary>It is written, and not yet swapped into use.</summary>
    Pending,
}

/// <summary>What a partition's type and label say of its slot.</summary>
/// <param name="Type">The type that the partition has when it is whole.</param>
/// <param name="Label">The label without the mark.</param>
/// <remarks>
/// Since systemd 260 the type is another while a partition is partial or pending: derived from its own by sd_id128_get_app_specific(3), with fixed ids
/// (src/sysupdate/sysupdate-partition.c). Labels may begin with <c>PRT#</c> and <c>PND#</c> instead (Discoverable Partitions Specification). The label names the new
/// release from the first byte on: it alone does not say that the release is there.
/// </remarks>
internal sealed record SlotMark(Guid Type, string Label, SlotProgress Progress)
{
    private const string PartialLabel = "PRT#", PendingLabel = "PND#";
    private static readonly Guid Partial = new("accfa0c2-da24-460a-9fc9-0bb8fc785219");
    private static readonly Guid Pending = new("80f3d61e-2383-43b9-81f5-ce3793f47d4c");

    /// <summary>The word for people and scenario files; <see langword="null"/>: it is whole.</summary>
    public string? Unfinished => Progress switch
    {
        SlotProgress.Partial => "partial",
        SlotProgress.Pending => "pending",
        _ => null,
    };

    /// <param name="type">As the partition table has it.</param>
    /// <param name="label">Likewise; may be empty.</param>
    /// <param name="types">The types of slots.</param>
    /// <returns><see langword="null"/>: the partition is no slot.</returns>
    public static SlotMark? Of(Guid type, string label, params IEnumerable<Guid> types)
    {
        foreach (var whole in types)
        {
            if (type != whole && type != Derived(whole, Partial) && type != Derived(whole, Pending))
                continue;
            var progress = type == Derived(whole, Partial) || label.StartsWith(PartialLabel, StringComparison.Ordinal) ? SlotProgress.Partial
                : type == Derived(whole, Pending) || label.StartsWith(PendingLabel, StringComparison.Ordinal) ? SlotProgress.Pending
                : SlotProgress.Whole;
            return new(whole, label.StartsWith(PartialLabel, StringComparison.Ordinal) || label.StartsWith(PendingLabel, StringComparison.Ordinal) ? label[PartialLabel.Length..] : label, progress);
        }

        return null;
    }

    /// <summary>sd_id128_get_app_specific(3): HMAC-SHA256 of the application's id under the base, as a version 4 UUID.</summary>
    internal static Guid Derived(Guid type, Guid application)
    {
        var bytes = HMACSHA256.HashData(type.ToByteArray(bigEndian: true), application.ToByteArray(bigEndian: true)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new(bytes, bigEndian: true);
    }
}
