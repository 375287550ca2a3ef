using Kola.Machines.Sweeps;
using Kola.Results.Sweeps;

namespace Kola.Scenarios.Sweeps;

/// <summary>Counts what was judged, by window and by class.</summary>
internal sealed class SweepTally(IReadOnlyList<JudgedState> judged)
{
    public SweepCounts Outcomes { get; } = Count(judged);

    /// <summary>Windows in their order. Equal disks are counted where the first of them is.</summary>
    public IReadOnlyList<SweptWindow> Windows(IEnumerable<CrashWindow> windows)
    {
        // An update that was undone shows where it was lost.
        var by = judged.ToLookup(state => state.Outcome is BootOutcome.Undone ? state.LastFlush : state.State.Flush);
        return [.. windows.Select(window => new SweptWindow(window.Flush, window.Start, window.End, window.Writes, window.Subsets, window.Possible, Count(by[window.Flush])))];
    }

    /// <summary>The classes, what tells most first: those that do not hold, then those of the new release, those that are rare before those that are not.</summary>
    public IReadOnlyList<SweptClass> Classes() =>
        [.. judged.GroupBy(state => state.Class)
            .Select(one => (States: one, Of: one.First(), Count: one.Sum(state => state.Equal + 1)))
            .OrderBy(one => one.Of.Holds).ThenByDescending(one => one.Of.Outcome).ThenBy(one => one.Count)
            .Select(one => new SweptClass(
                one.States.Key, one.Of.Outcome.ToString().ToLowerInvariant(), one.Of.Forecast.Chosen, one.Of.Forecast.Damage, one.Count, one.Of.State.Number, one.Of.State.ToString()))];

    private static SweepCounts Count(IEnumerable<JudgedState> states)
    {
        var by = states.ToLookup(state => state.Outcome, state => state.Equal + 1);
        return new(by[BootOutcome.Old].Sum(), by[BootOutcome.New].Sum(), by[BootOutcome.Undone].Sum(), by[BootOutcome.Damaged].Sum(), by[BootOutcome.Neither].Sum());
    }
}
