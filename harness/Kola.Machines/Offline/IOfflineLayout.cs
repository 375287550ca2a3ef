namespace Kola.Machines.Offline;

/// <summary>How one family of operating systems lies on its boot disk: where its slots and boot entries are. Guest adapters that know it implement it.</summary>
public interface IOfflineLayout
{
    /// <summary>Reads what is installed.</summary>
    /// <exception cref="GuestException">The disk has nothing of this family.</exception>
    Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation);
}
