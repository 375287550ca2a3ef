using Kola.Machines.Images.Catalog;

namespace Kola.Machines.Offline.Differences;

/// <summary>What of a disk differs from what it was, held against what may.</summary>
/// <param name="Leaks">What may not differ.</param>
/// <param name="Allowed">What may, with what allows it.</param>
public sealed record DiskChanges(IReadOnlyList<DiskDifference> Leaks, IReadOnlyList<(DiskDifference Difference, LeftoverPlace By)> Allowed)
{
    /// <summary>Compares the disk of a machine that is off with what it was.</summary>
    /// <param name="layout">Knows what its family leaves after a fall-back.</param>
    /// <param name="slot">The slot that ran before, and that it fell back to.</param>
    /// <param name="more">What may differ besides.</param>
    /// <param name="work">An existing folder with room for two partitions and their files.</param>
    /// <exception cref="GuestException">Either disk cannot be read as what it should be.</exception>
    /// <exception cref="HostException">A program is missing, or there is no room.</exception>
    public static async Task<DiskChanges> FindAsync(
        OfflineDisk before, OfflineDisk now, IOfflineLayout layout, string slot, IEnumerable<LeftoverPlace> more, string work, CancellationToken cancellation)
    {
        var (was, became) = (await DiskReport.ReadAsync(before, layout, cancellation), await DiskReport.ReadAsync(now, layout, cancellation));
        if (was.Installation!.Slots.All(known => known.Name != slot))
            throw new GuestException($"the guest ran from slot {slot}, which its disk does not have; it has {string.Join(", ", was.Installation.Slots)}");
        return Judge(await new DiskComparison(before, now, work).FindAsync(cancellation), [.. layout.MayLeave(was, became, slot), .. more]);
    }

    internal static DiskChanges Judge(IReadOnlyList<DiskDifference> found, IReadOnlyList<LeftoverPlace> places)
    {
        var by = found.Select(one => (Difference: one, By: places.FirstOrDefault(place => place.Covers(one.Place) || place.Covers(one.NumberedPlace)))).ToList();
        return new([.. by.Where(one => one.By is null).Select(one => one.Difference)], [.. by.Where(one => one.By is not null).Select(one => (one.Difference, one.By!))]);
    }
}
