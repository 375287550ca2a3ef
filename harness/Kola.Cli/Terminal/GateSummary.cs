using Kola.Results;
using Kola.Results.Gate;

namespace Kola.Cli.Terminal;

/// <summary>The verdict for whoever decides about the release: whether it may ship first, then what speaks against it, then where to look.</summary>
internal static class GateSummary
{
    /// <param name="subject">What was judged, such as <c>kola-os 2</c>.</param>
    /// <param name="tier">How much of the policy was judged.</param>
    public static void Write(Verdict verdict, GateTier tier, string subject, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(Headline(verdict.Result, tier, subject));
        output.WriteLine($"  {Counts(verdict)}");
        foreach (var problem in verdict.Problems)
            output.WriteLine($"  BLOCKS  {Indented(problem)}");
        foreach (var scenario in verdict.Scenarios.Where(s => s.Blocks && !NotTried(s)).OrderBy(s => s.Result == GateResult.NotProven ? 1 : 0))
            Tell(scenario, "BLOCKS", output);
        WriteTogether("BLOCKS", "not tried", verdict.Scenarios.Where(s => s.Blocks && NotTried(s)), output);
        foreach (var scenario in verdict.Scenarios.Where(s => !s.Blocks && s.Result is not (GateResult.Passed or GateResult.NotApplicable) && s.Role != GateRole.Unlisted))
            Tell(scenario, scenario.Quarantine is null ? "note" : "exempt", output);
        foreach (var scenario in verdict.Scenarios.Where(s => s.PassesAgain))
            output.WriteLine($"  {"note",-6}  {scenario.Id} {scenario.Quarantine!.PassesAgain}");
        WriteTogether("note", "not applicable", verdict.Scenarios.Where(s => s.Result == GateResult.NotApplicable && s.Role != GateRole.Unlisted), output);
    }

    public static string Headline(GateResult result, GateTier tier, string subject) => result switch
    {
        GateResult.Passed when tier is GateTier.Core => $"GATE PASSED, TIER CORE: {subject} passes the first checks. Whether it may ship, the full gate says (--full).",
        GateResult.Passed => $"GATE PASSED: {subject} may ship.",
        GateResult.NotProven => $"GATE NOT PROVEN: {subject} may not ship. Whether it is sound is not known yet.",
        _ => $"GATE FAILED: {subject} may not ship.",
    };

    public static string Counts(Verdict verdict)
    {
        var required = verdict.Scenarios.Where(s => s.Role == GateRole.Required).ToArray();
        var counts = Enum.GetValues<GateResult>().Select(result => (Count: required.Count(s => s.Result == result), Word: Wording.Of(result))).Where(c => c.Count > 0);
        var exempt = required.Count(s => s is { Quarantine: not null, Result: not GateResult.Passed, Blocks: false });
        return $"{required.Length} required: {(required.Length == 0 ? "none" : string.Join(", ", counts.Select(c => $"{c.Count} {c.Word}")))}"
            + (exempt > 0 ? $" ({exempt} of them exempt by quarantine)" : "")
            + (verdict.Scenarios.Count(s => s.Role == GateRole.Advisory) is > 0 and var advisory ? $" · {advisory} advisory" : "");
    }

    private static void Tell(ScenarioVerdict scenario, string mark, TextWriter output)
    {
        output.WriteLine($"  {mark,-6}  {scenario.Id}: {Wording.Of(scenario.Result)}{(scenario.Reason is null ? "" : $": {Indented(scenario.Reason)}")}");
        if (scenario.Quarantine is { } quarantine && !scenario.Blocks)
            output.WriteLine($"          in quarantine until {quarantine.Until:yyyy-MM-dd}: {quarantine.Reason} ({quarantine.Owner}, {quarantine.Tracker})");
        if (scenario.Role == GateRole.Advisory)
            output.WriteLine("          advisory: does not block");
        if (scenario.Attempts.Count > 1)
            output.WriteLine($"          attempts: {string.Join(", ", scenario.Attempts.Select(a => a.Outcome is { } outcome ? Wording.Of(outcome) : "cut off"))}");
        if (scenario.Attempts.LastOrDefault(a => a.Reproduce is not null) is { } last)
            output.WriteLine($"          reproduce: {last.Reproduce}");
    }

    private static bool NotTried(ScenarioVerdict scenario) => scenario is { Result: GateResult.NotProven, Attempts: [] };

    /// <summary>Scenarios that share their reason, in one line: a gate that was cut off leaves dozens.</summary>
    private static void WriteTogether(string mark, string what, IEnumerable<ScenarioVerdict> scenarios, TextWriter output)
    {
        const int named = 3;
        foreach (var same in scenarios.GroupBy(s => s.Reason))
        {
            string[] ids = [.. same.Select(s => s.Id)];
            var more = ids.Length > named ? $" and {ids.Length - named} more" : "";
            output.WriteLine($"  {mark,-6}  {ids.Length} {what}: {string.Join(", ", ids.Take(named))}{more}{(same.Key is null ? "" : $": {Indented(same.Key)}")}");
        }
    }

    private static string Indented(string text) => text.Replace("\n", "\n          ", StringComparison.Ordinal);
}
