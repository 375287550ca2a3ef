using Kola.Results;
using Kola.Results.Gate;

namespace Kola.Cli.Terminal;

/// <summary>The verdict for whoever decides about the release: whether it may ship first, then what speaks against it, then where to look.</summary>
internal static class GateSummary
{
    /// <param name="subject">What was judged, such as <c>kola-os 2</c>.</param>
    public static void Write(Verdict verdict, string subject, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(Headline(verdict.Standing, subject));
        output.WriteLine($"  {Counts(verdict)}");
        foreach (var problem in verdict.Problems)
            output.WriteLine($"  BLOCKS  {Indented(problem)}");
        foreach (var scenario in verdict.Scenarios.Where(s => s.Blocks).OrderBy(s => s.Standing == Standing.NotProven ? 1 : 0))
            Tell(scenario, "BLOCKS", output);
        foreach (var scenario in verdict.Scenarios.Where(s => !s.Blocks && s.Standing != Standing.Passed && s.Role != GateRole.Unlisted))
            Tell(scenario, scenario.Quarantine is null ? "note" : "exempt", output);
    }

    public static string Headline(Standing standing, string subject) => standing switch
    {
        Standing.Passed => $"GATE PASSED: {subject} may ship.",
        Standing.NotProven => $"GATE NOT PROVEN: {subject} may not ship. Nobody knows yet whether it is sound.",
        _ => $"GATE FAILED: {subject} may not ship.",
    };

    public static string Counts(Verdict verdict)
    {
        var required = verdict.Scenarios.Where(s => s.Role == GateRole.Required).ToArray();
        var counts = Enum.GetValues<Standing>().Select(standing => (Count: required.Count(s => s.Standing == standing), Word: Wording.Of(standing))).Where(c => c.Count > 0);
        var exempt = required.Count(s => s is { Quarantine: not null, Standing: not Standing.Passed, Blocks: false });
        return $"{required.Length} required: {(required.Length == 0 ? "none" : string.Join(", ", counts.Select(c => $"{c.Count} {c.Word}")))}"
            + (exempt > 0 ? $" ({exempt} of them exempt by quarantine)" : "")
            + (verdict.Scenarios.Count(s => s.Role == GateRole.Advisory) is > 0 and var advisory ? $" · {advisory} advisory" : "");
    }

    private static void Tell(ScenarioVerdict scenario, string mark, TextWriter output)
    {
        output.WriteLine($"  {mark,-6}  {scenario.Id}: {Wording.Of(scenario.Standing)}{(scenario.Reason is null ? "" : $": {Indented(scenario.Reason)}")}");
        if (scenario.Quarantine is { } quarantine && !scenario.Blocks)
            output.WriteLine($"          in quarantine until {quarantine.Until:yyyy-MM-dd}: {quarantine.Reason} ({quarantine.Owner}, {quarantine.Tracker})");
        if (scenario.Role == GateRole.Advisory)
            output.WriteLine("          the policy asks for advice only");
        if (scenario.Attempts.Count > 1)
            output.WriteLine($"          attempts: {string.Join(", ", scenario.Attempts.Select(a => a.Outcome is { } outcome ? Wording.Of(outcome) : "cut off"))}");
        if (scenario.Attempts.LastOrDefault(a => a.Reproduce is not null) is { } last)
            output.WriteLine($"          see it again: {last.Reproduce}");
    }

    private static string Indented(string text) => text.Replace("\n", "\n          ", StringComparison.Ordinal);
}
