namespace Kola.Machines.Sweeps;

/// <summary>The sectors that any entry of a log writes, as ranges in the order of the disk. Each sector has a place: its rank among them.</summary>
internal sealed class TouchedSectors
{
    private readonly long[] starts;
    private readonly long[] ends;
    private readonly int[] places;

    /// <param name="ranges">First sector and the one after the last; in any order, may overlap.</param>
    public TouchedSectors(IEnumerable<(long Start, long End)> ranges)
    {
        var merged = new List<(long Start, long End)>();
        foreach (var range in ranges.OrderBy(range => range.Start))
        {
            if (merged is [.., var last] && range.Start <= last.End)
                merged[^1] = (last.Start, Math.Max(last.End, range.End));
            else
                merged.Add(range);
        }

        starts = [.. merged.Select(range => range.Start)];
        ends = [.. merged.Select(range => range.End)];
        places = new int[merged.Count];
        foreach (var (index, range) in merged.Index())
        {
            places[index] = Count;
            Count = checked(Count + (int)(range.End - range.Start));
        }
    }

    /// <summary>How many sectors.</summary>
    public int Count { get; private set; }

    /// <summary>The place of a sector that is one of them.</summary>
    public int PlaceOf(long sector)
    {
        var index = IndexOf(sector);
        return places[index] + (int)(sector - starts[index]);
    }

    /// <summary>The parts of a range of sectors that are among them.</summary>
    public IEnumerable<(long Sector, int Place, int Count)> Within(long start, long end)
    {
        for (var index = Math.Max(0, IndexOf(start)); index < starts.Length && starts[index] < end; index++)
        {
            var (from, to) = (Math.Max(starts[index], start), Math.Min(ends[index], end));
            if (from < to)
                yield return (from, places[index] + (int)(from - starts[index]), (int)(to - from));
        }
    }

    /// <summary>The last range that begins at the sector or before it; -1: none.</summary>
    private int IndexOf(long sector)
    {
        var found = Array.BinarySearch(starts, sector);
        return found >= 0 ? found : ~found - 1;
    }
}
