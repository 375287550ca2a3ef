namespace Kola.Machines.Offline;

/// <summary>What can be broken on a disk.</summary>
/// <param name="where">Where the step is written, for messages.</param>
public sealed class DamageTargets(Installation installed, string where)
{
    /// <exception cref="InputException">There is no such slot.</exception>
    public InstalledSlot Slot(string name) => installed.Slots.FirstOrDefault(slot => slot.Name == name)
        ?? throw new InputException($"{where}there is no slot {name} on the disk; expected one of {string.Join(", ", installed.Slots.Select(slot => slot.Name))}");

    /// <exception cref="InputException">There is no such slot, or it has none.</exception>
    public Partition Hashes(string slot) => Slot(slot).Hashes ?? throw new InputException($"{where}slot {slot} has no hashes");

    /// <exception cref="InputException">There is none whose version is known.</exception>
    public IReadOnlyList<InstalledLoader> Loaders() => installed.Loaders.Where(loader => loader.Version is not null).ToList() is { Count: > 0 } loaders
        ? loaders
        : throw new InputException($"{where}no boot loader is on the disk whose version Kola can read; systemd-boot is one");

    /// <exception cref="InputException">There is none.</exception>
    public IReadOnlyList<BootEntry> Entries(string release) => installed.Entries.Where(entry => entry.Release == release).ToList() is { Count: > 0 } entries
        ? entries
        : throw new InputException($"{where}release {release} has no boot entry on the disk; expected one of {string.Join(", ", installed.Entries.Select(entry => entry.Release))}");
}
