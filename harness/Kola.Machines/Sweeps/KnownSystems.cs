using Kola.Machines.Offline;

namespace Kola.Machines.Sweeps;

/// <summary>A release as it was installed in a slot when the disk was known to be good: before the update, or after it.</summary>
/// <param name="RootHash">As <see cref="InstalledSlot.RootHash"/>.</param>
/// <param name="Data">What the slot held.</param>
/// <param name="Hashes">What the partition with its hashes held, where there is one.</param>
/// <param name="InUse">The slot is written to while it runs: what it holds is a file system's own affair and is not compared.</param>
public sealed record KnownSystem(string Release, string Slot, string? RootHash, RangeContent Data, RangeContent? Hashes, bool InUse);

/// <summary>What a disk may hold: the release that ran before the update, and the one that it brings.</summary>
/// <param name="Old">The release that ran when the update was recorded.</param>
/// <param name="New">The release that the update brings.</param>
/// <param name="Entries">The releases of boot entries by the SHA-256 of their files.</param>
/// <param name="Loader">For each file of the boot loader the SHA-256 that it may have.</param>
public sealed record KnownSystems(
    string Old, string New, IReadOnlyList<KnownSystem> Systems, IReadOnlyDictionary<string, string> Entries, IReadOnlyDictionary<string, IReadOnlySet<string>> Loader)
{
    /// <summary>Learns them from the disk before the first write of the log and after the last one.</summary>
    /// <param name="before">What was installed before, read by the layout of the family.</param>
    /// <param name="after">What was installed after.</param>
    /// <exception cref="GuestException">One of the two cannot be read.</exception>
    internal static KnownSystems Learn(CrashDisk disk, ReadingMemory memory, IBootForecaster forecaster, int entries, string old, Installation before, string next, Installation after)
    {
        var learnt = new Learning(disk, memory, forecaster);
        disk.Show(new(0, CrashKind.Prefix, 0, 0, [], null));
        learnt.Take(before);
        disk.Show(new(0, CrashKind.Prefix, 0, entries, [], null));
        learnt.Take(after);
        var systems = learnt.Systems.GroupBy(system => (system.Release, system.Slot)).Select(same => same.First() with { InUse = InUse([.. same]) });
        return new(old, next, [.. systems], learnt.Entries, learnt.Loader);
    }

    /// <summary>Why a file of the boot loader is not as it was; <see langword="null"/>: all are.</summary>
    public string? LoaderDamage(DiskReading disk, IEnumerable<string> paths)
    {
        var found = paths.SelectMany(disk.BootFiles.Below).ToDictionary(file => file.Path, StringComparer.OrdinalIgnoreCase);
        foreach (var (path, digests) in Loader)
        {
            if (!found.TryGetValue(path, out var file))
                return $"{path} is missing";
            if (disk.Sha256(file) is not { } digest)
                return $"{path} is not whole: {file.Fault}";
            if (!digests.Contains(digest))
                return $"{path} is neither as it was before the update nor as after it";
        }

        return null;
    }

    private static bool InUse(IReadOnlyList<KnownSystem> same) => same.Any(other => !other.Data.Contents.SequenceEqual(same[0].Data.Contents));

    private sealed class Learning(CrashDisk disk, ReadingMemory memory, IBootForecaster forecaster)
    {
        private readonly Dictionary<string, HashSet<string>> loader = new(StringComparer.OrdinalIgnoreCase);

        public List<KnownSystem> Systems { get; } = [];

        public Dictionary<string, string> Entries { get; } = [];

        public Dictionary<string, IReadOnlySet<string>> Loader => loader.ToDictionary(file => file.Key, IReadOnlySet<string> (file) => file.Value, StringComparer.OrdinalIgnoreCase);

        public void Take(Installation installed)
        {
            var reading = new DiskReading(disk, memory);
            foreach (var slot in installed.Slots.Where(slot => slot.Release is not null))
                Systems.Add(new(slot.Release!, slot.Name, slot.RootHash, Capture(slot.Data), slot.Hashes is { } hashes ? Capture(hashes) : null, InUse: false));
            foreach (var entry in installed.Entries.Where(entry => entry.Damage is null && entry.Partition.Offset == reading.BootPartition.Offset))
                foreach (var file in reading.BootFiles.Below(entry.Path))
                    if (reading.Sha256(file) is { } digest)
                        Entries[digest] = entry.Release;
            foreach (var file in forecaster.LoaderFiles.SelectMany(reading.BootFiles.Below))
                if (reading.Sha256(file) is { } digest)
                {
                    if (!loader.TryGetValue(file.Path, out var digests))
                        loader[file.Path] = digests = [];
                    digests.Add(digest);
                }
        }

        private RangeContent Capture(Partition partition) => disk.Capture(partition.Offset, partition.Length);
    }
}
