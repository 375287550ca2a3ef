using Kola.Results.Events;

namespace Kola.Bench.Phases;

/// <summary>Where the time of a recorded attempt went, in seconds.</summary>
/// <param name="Total">From its start to its end.</param>
/// <param name="Steps">By kind of step.</param>
/// <param name="Harness">What is in no step is Kola's alone: planning, taking down, writing.</param>
internal sealed record PhaseSplit(double Total, IReadOnlyDictionary<string, double> Steps, IReadOnlyList<BootSplit> Boots, double Harness)
{
    /// <param name="attempt">Its records, in order.</param>
    /// <param name="journal">Lines of its machines' <c>journal.jsonl</c>.</param>
    public static PhaseSplit Of(IReadOnlyList<AttemptEvent> attempt, IEnumerable<string> journal)
    {
        var total = (attempt.OfType<AttemptFinished>().First().At - attempt.OfType<AttemptStarted>().First().At).TotalSeconds;
        var kinds = attempt.OfType<StepStarted>().GroupBy(step => step.Step).ToDictionary(step => step.Key, step => step.Last().Kind);
        StepFinished[] steps = [.. attempt.OfType<StepFinished>()];
        DateTimeOffset[] starts = [.. attempt.OfType<MachineChanged>().Where(machine => machine.State is "started" or "reset").Select(machine => machine.At)];
        return new(
            Rounded(total),
            new SortedDictionary<string, double>(steps.GroupBy(step => kinds[step.Step]).ToDictionary(kind => kind.Key, kind => Rounded(kind.Sum(step => step.Seconds))), StringComparer.Ordinal),
            BootSplit.ReadAll(journal, starts),
            Rounded(total - steps.Sum(step => step.Seconds)));
    }

    public static double Rounded(double seconds) => Math.Round(seconds, 1, MidpointRounding.AwayFromZero);
}
