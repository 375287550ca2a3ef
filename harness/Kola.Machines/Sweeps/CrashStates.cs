namespace Kola.Machines.Sweeps;

/// <summary>Counts up the states that a power cut during a log can leave.</summary>
/// <remarks>
/// What is written before a flush that completes lasts. Of later writes each may have arrived, or not, in any order; so a state is made of what lasts and of a subset of
/// the writes in one window between two flushes. Writes to the same sector keep their order: a disk does not let an older one win. A write is not torn within a sector.
/// </remarks>
/// <param name="seed">Of what is sampled.</param>
/// <param name="limit">The most subsets that are taken of one window. Where it has more, they are sampled.</param>
public sealed class CrashStates(WriteLog log, long seed, int limit = CrashStates.DefaultLimit)
{
    public const int DefaultLimit = 64;

    private readonly List<CrashState> states = [];
    private readonly List<CrashWindow> windows = [];

    /// <summary>All states, those of one window together and before those of the next. Equal ones among them are not left out here.</summary>
    public IReadOnlyList<CrashState> All
    {
        get
        {
            Enumerate();
            return states;
        }
    }

    /// <summary>The windows between two flushes, in their order.</summary>
    public IReadOnlyList<CrashWindow> Windows
    {
        get
        {
            Enumerate();
            return windows;
        }
    }

    /// <summary>The first flush that came when the log had so many entries already; one more than there are when none did.</summary>
    public int FlushAfter(int entries) => Windows.FirstOrDefault(window => window.End >= entries && window.End < log.Entries.Count)?.Flush ?? Windows[^1].Flush;

    private void Enumerate()
    {
        if (states.Count > 0)
            return;
        Add(CrashKind.Prefix, 0, 0, [], null);
        var (floor, flush) = (0, 0);
        List<int> volatiles = [], forced = [];
        foreach (var entry in log.Entries)
        {
            // The flush covers what came before it, and not what it brings along itself.
            if (entry.IsFlush)
            {
                Window(floor, entry.Number, flush++, volatiles, forced);
                (floor, volatiles, forced) = (entry.Number, [], []);
            }

            if (!entry.Changes)
                continue;
            if (entry.IsForced)
            {
                // Before it is done it may be lost like any other; from then on it lasts.
                Subsets(floor, flush, [.. volatiles, entry.Number], forced);
                forced.Add(entry.Number);
            }
            else
            {
                volatiles.Add(entry.Number);
            }
        }

        Window(floor, log.Entries.Count, flush, volatiles, forced);
    }

    private void Window(int floor, int end, int flush, List<int> volatiles, List<int> forced)
    {
        var first = states.Count;
        var (taken, possible) = Subsets(floor, flush, volatiles, forced);
        foreach (var entry in volatiles.Concat(forced).Order().Select(number => log.Entries[number]))
        {
            if (!entry.IsDiscard)
                Tear(entry, flush);
            Add(CrashKind.Prefix, flush, entry.Number + 1, [], null);
        }

        windows.Add(new(flush, floor, end, volatiles.Count + forced.Count, first, states.Count - first, taken, possible));
    }

    /// <summary>All subsets where they are few. Else: each write lost alone, each arrived alone, and random ones up to the limit.</summary>
    private (int Taken, double Possible) Subsets(int floor, int flush, List<int> volatiles, IReadOnlyList<int> forced)
    {
        var possible = Math.Pow(2, volatiles.Count);
        if (volatiles.Count == 0)
            return (0, 1);
        var random = new Draws(seed, floor);
        var chosen = possible <= limit
            ? Enumerable.Range(0, 1 << volatiles.Count).Select(bits => volatiles.Where((_, place) => (bits >> place & 1) != 0).ToArray())
            : Telling(volatiles, random).Concat(Random(volatiles, random)).Take(limit);
        var taken = 0;
        foreach (var subset in chosen)
        {
            Add(CrashKind.Lost, flush, floor, [.. subset.Concat(forced).Order()], null);
            taken++;
        }

        return (taken, possible);
    }

    /// <summary>For half of the limit, the subsets that tell most of one write: it alone is missing, or it alone is there; the last writes first, as they make the others count.</summary>
    private IEnumerable<int[]> Telling(List<int> volatiles, Draws random)
    {
        var places = volatiles.Count * 2 <= limit / 2
            ? Enumerable.Range(0, volatiles.Count)
            : Enumerable.Range(volatiles.Count - (limit / 8), limit / 8).Concat(random.Distinct(limit / 8, volatiles.Count - (limit / 8)));
        foreach (var place in places)
        {
            yield return [.. volatiles.Where((_, at) => at != place)];
            yield return [volatiles[place]];
        }
    }

    private static IEnumerable<int[]> Random(List<int> volatiles, Draws random)
    {
        while (true)
            yield return [.. volatiles.Where(_ => random.Bit())];
    }

    /// <summary>The first sector, the first half, all but the last, all but the first.</summary>
    private void Tear(LoggedWrite entry, int flush)
    {
        var sectors = (int)(entry.Length / log.SectorBytes);
        foreach (var (from, count) in new[] { (0, 1), (0, sectors / 2), (0, sectors - 1), (1, sectors - 1) }.Distinct().Where(part => part.Item2 > 0 && part.Item2 < sectors))
            Add(CrashKind.Torn, flush, entry.Number, [], new(entry.Number, from, count));
    }

    private void Add(CrashKind kind, int flush, int floor, IReadOnlyList<int> extra, TornWrite? torn) => states.Add(new(states.Count, kind, flush, floor, extra, torn));
}

/// <summary>The writes between two flushes.</summary>
/// <param name="Flush">The flush that ends it, counted from 0.</param>
/// <param name="Start">Its first entry in the log.</param>
/// <param name="End">The entry after its last one.</param>
/// <param name="Writes">How many of its entries change the disk.</param>
/// <param name="FirstState">The number of its first state.</param>
/// <param name="States">How many states it has.</param>
/// <param name="Subsets">How many subsets of its writes are among them.</param>
/// <param name="Possible">How many subsets there are.</param>
public sealed record CrashWindow(int Flush, int Start, int End, int Writes, int FirstState, int States, int Subsets, double Possible);
