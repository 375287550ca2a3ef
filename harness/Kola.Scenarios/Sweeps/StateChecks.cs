using Kola.Machines.Offline;
using Kola.Machines.Sweeps;

namespace Kola.Scenarios.Sweeps;

/// <summary>Asks the file systems' own checkers about a state, without a boot: the FAT of the boot partition, and ext4 that is written while the OS runs.</summary>
/// <remarks>
/// Slots are left out: they are compared block for block. What the checkers find is no verdict. A FAT that loses power has free clusters that are counted wrong, or clusters of no file; ext4
/// replays its journal. Whether what boots is whole is judged by what the boot loader reads.
/// </remarks>
/// <param name="before">The disk before the update: an update moves no partition.</param>
/// <param name="work">An existing folder.</param>
internal sealed class StateChecks(DiskReport before, string work)
{
    /// <summary>So many states are looked at: each takes seconds.</summary>
    public const int Most = 32;

    /// <summary>When the first state was: nothing of the update had arrived.</summary>
    public const string Since = "before the update";

    /// <summary>What is told of a state against the first one, by partition.</summary>
    public static IReadOnlyDictionary<string, string> Told(IReadOnlyDictionary<string, FileSystemFindings> state, IReadOnlyDictionary<string, FileSystemFindings> first) =>
        state.ToDictionary(pair => pair.Key, pair => pair.Value.Told(first[pair.Key], Since));

    /// <returns>What is found, by partition: the same partitions for each state.</returns>
    public async Task<IReadOnlyDictionary<string, FileSystemFindings>> LookAsync(IDiskView disk, CancellationToken cancellation)
    {
        var slots = before.Installation!.Slots.SelectMany(slot => new[] { slot.Data, slot.Hashes }).OfType<Partition>().Select(partition => partition.Number).ToHashSet();
        var found = new SortedDictionary<string, FileSystemFindings>(StringComparer.Ordinal);
        foreach (var mark in before.Marks.Where(mark => FileSystemCheck.Knows(mark.Kind) && !slots.Contains(mark.Partition)))
        {
            var partition = before.Table.Partitions.First(partition => partition.Number == mark.Partition);
            var image = Path.Combine(work, $"check{partition.Number}.raw");
            try
            {
                await StateImage.CopyAsync(disk, partition.Offset, partition.Length, image, cancellation);
                found[$"{(partition.Label.Length > 0 ? partition.Label : $"partition {partition.Number}")} ({mark.Kind})"] = await FileSystemCheck.OfAsync(image, mark.Kind, cancellation);
            }
            finally
            {
                File.Delete(image);
            }
        }

        return found;
    }
}
