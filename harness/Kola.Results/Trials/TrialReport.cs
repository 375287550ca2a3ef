using System.Globalization;
using System.Text;
using Kola.Results.Events;

namespace Kola.Results.Trials;

/// <summary>What a trial of a host showed, as a text that can be pasted into an issue.</summary>
/// <param name="Measures">In the order in which a machine lives through them.</param>
/// <param name="Failures">What did not pass, and why.</param>
public sealed record TrialReport(HostFacts Host, string Kola, IReadOnlyList<TrialMeasure> Measures, IReadOnlyList<string> Failures, double Starved)
{
    /// <summary>Emulation is about ten times slower in all that a guest computes; a clone goes on without computing much.</summary>
    private const double SlowGuest = 10, SlowClone = 5;

    /// <summary>Whether all was measured, passed, and was as fast as it should be.</summary>
    public bool IsAsExpected => Failures is [] && Measures.All(measure => measure.IsAsExpected);

    /// <param name="events">Of the run, from its plan on.</param>
    /// <exception cref="InvalidOperationException">There is no plan among them.</exception>
    public static TrialReport Of(IReadOnlyList<RunEvent> events)
    {
        var plan = events.OfType<RunPlanned>().First();
        var (guest, clone) = plan.Host.Accelerator == "kvm" ? (1d, 1d) : (SlowGuest, SlowClone);
        AttemptFinished[] ended = [.. events.OfType<AttemptFinished>()];
        List<TrialMeasure> measures =
        [
            new("boots from its image until it answers", Until(events, "try.boot", e => e is StepFinished { Step: 1 }), 30 * guest),
            new("goes on from a template until it answers", FromTemplate(events), 5 * clone),
        ];
        if (plan.Scenarios.Any(scenario => scenario.Id == "try.update"))
        {
            measures.AddRange(
            [
                new("installs an update", Step(events, "try.update", "update"), 60 * guest),
                new("reboots into it", Step(events, "try.update", "reboot"), 40 * guest),
                new("goes on from a checkpoint", Until(events, "try.power", e => e is StepStarted { Step: 1 }), 10 * clone),
                new("is up again after a power cut", Step(events, "try.power", "power-on"), 40 * guest),
            ]);
        }

        return new(
            plan.Host, plan.Kola, measures,
            [.. ended.Where(attempt => attempt.Outcome != Outcome.Passed).Select(attempt => $"{attempt.Scenario}: {Wording.Of(attempt.Outcome)}{(Wording.Reason(attempt) is { Length: > 0 } why ? $": {why}" : "")}")],
            ended.Select(attempt => attempt.Starvation?.Waited ?? 0).DefaultIfEmpty().Max());
    }

    /// <param name="facts">Further lines about the host, such as its processor.</param>
    public string ToMarkdown(IEnumerable<string> facts)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"### kola doctor --try: {Measures.Count(measure => measure.IsAsExpected)} of {Measures.Count} as expected");
        text.AppendLine().AppendLine("| a machine | took | expected at most | |").AppendLine("|---|---:|---:|---|");
        foreach (var measure in Measures)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {measure.What} | {(measure.Seconds is { } seconds ? $"{seconds:0.0} s" : "—")} | {measure.AtMost:0} s | {(measure.Seconds is null ? "not seen" : measure.IsAsExpected ? "ok" : "**slower**")} |");
        text.AppendLine();
        foreach (var failure in Failures)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {failure.ReplaceLineEndings(" ")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Kola {Kola}; {Host.Accelerator} ({Host.AcceleratorReason}); QEMU {Host.QemuVersion}; {Host.Cpus} processors, {Host.MemoryBytes / (double)(1 << 30):0.0} GiB");
        text.AppendLine(CultureInfo.InvariantCulture, $"- a machine was ready to run and had no processor for at most {Starved:0 %} of its time{(Starved > 0.1 ? ": the host is busy, so the times tell little" : "")}");
        foreach (var fact in facts)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {fact}");
        return text.ToString();
    }

    /// <summary>Seconds from an attempt's start, where it is the first that passed, to the first record that a condition holds for.</summary>
    private static double? Until(IReadOnlyList<RunEvent> events, string scenario, Func<AttemptEvent, bool> condition)
    {
        var start = events.OfType<AttemptStarted>().FirstOrDefault(e => e.Scenario == scenario);
        var end = events.OfType<AttemptEvent>().FirstOrDefault(e => e.Scenario == scenario && condition(e));
        return start is null || end is null ? null : (end.At - start.At).TotalSeconds;
    }

    /// <summary>The middle one of those that did go on from a template: the first may have had none yet.</summary>
    private static double? FromTemplate(IReadOnlyList<RunEvent> events)
    {
        double[] clones = [.. events.OfType<MachineOrigin>().Where(origin => origin.Path == "clone").Select(origin => Until(events, origin.Scenario, e => e is StepFinished { Step: 1 })).OfType<double>().Order()];
        return clones is [] ? null : clones[clones.Length / 2];
    }

    private static double? Step(IReadOnlyList<RunEvent> events, string scenario, string kind)
    {
        var started = events.OfType<StepStarted>().FirstOrDefault(e => e.Scenario == scenario && e.Kind == kind);
        return started is null ? null : events.OfType<StepFinished>().FirstOrDefault(e => e.Scenario == scenario && e.Attempt == started.Attempt && e.Step == started.Step && e.Outcome == Outcome.Passed)?.Seconds;
    }
}
