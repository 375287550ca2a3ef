using System.Globalization;
using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>Whether the sweeps of an attempt tried as much as the policy asks for.</summary>
internal static class SweepReading
{
    /// <summary>The kind of the step, as scenario files write it.</summary>
    private const string Kind = "sweep";

    /// <returns><see langword="null"/> where they did, or the attempt swept nothing.</returns>
    public static string? Objection(RecordedRun run, string scenario, int attempt, int minPercent)
    {
        if (minPercent == 0)
            return null;
        var records = run.AttemptsOf(scenario).Where(record => record.Attempt == attempt).ToList();
        var swept = records.OfType<UpdateSwept>().ToList();
        if (swept.Count < records.OfType<StepStarted>().Count(step => step.Kind == Kind))
            return "it swept an update, and how much of that was tried is not recorded; run it again";
        return swept.FirstOrDefault(sweep => (long)sweep.Tried * 100 < (long)sweep.Classes * minPercent) is { } less
            ? string.Create(CultureInfo.InvariantCulture, $"its sweep booted a state of {less.Tried} of {less.Classes} classes, and the policy asks for {minPercent} %; give it a longer budget: kola sweep --budget TIME, or the parameter 'budget'")
            : null;
    }
}
