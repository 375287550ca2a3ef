using Kola.Machines.Images.Catalog;

namespace Kola.Machines.Offline;

/// <summary>How one family of operating systems lies on its boot disk: where its slots and boot entries are. Guest adapters that know it implement it.</summary>
public interface IOfflineLayout
{
    /// <summary>Reads what is installed.</summary>
    /// <exception cref="GuestException">The disk has nothing of this family.</exception>
    Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation);

    /// <summary>Sets the boot loader's own counter to what it is when all tries of a release but one have failed.</summary>
    /// <param name="entry">What starts the release.</param>
    /// <returns>What was changed, for people.</returns>
    /// <exception cref="GuestException">The release is not on trial, or the counter cannot be written.</exception>
    Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation);

    /// <summary>What a release that failed and was left may leave on the disk; everything else is as it was before it was installed.</summary>
    /// <param name="slot">The slot that ran before, and that the machine came back to.</param>
    IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot);
}
