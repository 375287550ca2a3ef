namespace Kola.Machines.Offline;

/// <summary>One partition of a GUID partition table (UEFI specification, 5.3).</summary>
/// <param name="Number">From 1, as in <c>/dev/vda1</c>.</param>
/// <param name="Type">What it is for, such as an EFI system partition.</param>
/// <param name="Id">Its own id, unique.</param>
/// <param name="Label">Its name; empty when it has none.</param>
/// <param name="Offset">Bytes from the start of the disk.</param>
/// <param name="Length">Bytes.</param>
public sealed record Partition(int Number, Guid Type, Guid Id, string Label, long Offset, long Length)
{
    /// <summary>The attribute bits; from bit 48 on they mean what the partition's type says.</summary>
    public ulong Attributes { get; init; }
}

/// <summary>A disk's partitions, by number.</summary>
/// <param name="Warnings">What sfdisk finds odd in the table, such as a backup table that is not at the end.</param>
public sealed record PartitionTable(IReadOnlyList<Partition> Partitions, IReadOnlyList<string> Warnings)
{
    /// <summary>The EFI system partition.</summary>
    /// <exception cref="GuestException">There is none.</exception>
    public Partition RequireEfiSystem() => Partitions.FirstOrDefault(partition => partition.Type == PartitionTypes.EfiSystem)
        ?? throw new GuestException("the boot disk has no EFI system partition: nothing can boot from it");
}

/// <summary>Types of partitions that any OS may have.</summary>
public static class PartitionTypes
{
    /// <summary>EFI system partition (UEFI specification, 5.3.3).</summary>
    public static Guid EfiSystem { get; } = new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
}
