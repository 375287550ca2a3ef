using System.Text;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;

namespace Kola.Results.Markdown;

/// <summary>A page for a pull request or a job: what did not pass first, then everything in a table.</summary>
public static class MarkdownSummary
{
    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "summary.md";

    public static string Of(RunStory story)
    {
        var passed = story.Scenarios.Count(s => s.Outcome == Outcome.Passed && !s.Flaky);
        var text = new StringBuilder($"## Kola: {passed} of {story.Scenarios.Count} passed{(story.Ended ? "" : story.ReachedLimit ? ", stopped at the policy's maximum duration" : ", interrupted")}\n\n");
        text.Append("| | scenario | | attempts | time |\n|---|---|---|---|---|\n");
        foreach (var s in story.Scenarios.OrderBy(s => s.Outcome == Outcome.Passed && !s.Flaky ? 1 : 0).ThenBy(s => s.Plan.Id, StringComparer.Ordinal))
            text.Append($"| {Mark(s)} | `{Cell(s.Plan.Id)}` | {Cell(Word(s))} | {s.Attempts.Count} | {Wording.Seconds(s.Attempts.Sum(a => (a.Stop - a.Start).TotalSeconds))} |\n");
        foreach (var s in story.Scenarios.Where(s => s.Outcome != Outcome.Passed && s.Attempts is not []))
            text.Append(Trouble(s.Plan.Id, s.Attempts[^1].Reason, s.Attempts[^1].Reproduce));
        return text.Append($"\n<sub>run `{story.Plan.Run}` · Kola {story.Plan.Kola} · {story.Plan.Host.Accelerator}, QEMU {story.Plan.Host.QemuVersion} · seed {story.Plan.Seed}</sub>\n").ToString();
    }

    /// <param name="subject">What was judged.</param>
    public static string Of(Verdict verdict, string subject)
    {
        var (mark, word) = verdict.Result switch
        {
            GateResult.Passed => ("✅", "passed: it may ship"),
            GateResult.NotProven => ("⚠️", "not proven: it may not ship"),
            _ => ("❌", "failed: it may not ship"),
        };
        var text = new StringBuilder($"## {mark} Gate of {subject} {word}\n\n");
        foreach (var problem in verdict.Problems)
            text.Append($"- **blocks**: {Cell(problem)}\n");
        text.Append("\n| | scenario | result | policy | attempts |\n|---|---|---|---|---|\n");
        foreach (var s in verdict.Scenarios.OrderBy(s => s.Blocks ? 0 : s.Result switch { GateResult.Passed => 2, GateResult.NotApplicable => 3, _ => 1 }))
            text.Append($"| {Mark(s)} | `{Cell(s.Id)}` | {Wording.Of(s.Result)} | {s.Role.ToString().ToLowerInvariant()}{(s.Quarantine is { } q ? $", in quarantine until {q.Until:yyyy-MM-dd}" : "")} | {s.Attempts.Count} |\n");
        foreach (var s in verdict.Scenarios.Where(s => s.Result is not (GateResult.Passed or GateResult.NotApplicable)))
            text.Append(Trouble(s.Id, s.Reason, s.Attempts.LastOrDefault(a => a.Reproduce is not null)?.Reproduce));
        return text.ToString();
    }

    private static string Trouble(string id, string? reason, string? reproduce) =>
        $"\n**`{id}`**\n\n{Fenced(reason ?? "no reason is recorded")}{(reproduce is null ? "" : $"\nrun it again: `{reproduce}`\n")}";

    /// <summary>A fence longer than any in the text: a guest's console may say anything.</summary>
    private static string Fenced(string text)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}\n{text}\n{fence}\n";
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Mark(ScenarioStory s) => s switch
    {
        { Flaky: true } => "⚠️",
        { Outcome: Outcome.Passed } => "✅",
        { Outcome: Outcome.Failed } => "❌",
        _ => "⚠️",
    };

    private static string Mark(ScenarioVerdict s) => s switch
    {
        { Blocks: true } => "❌",
        { Result: GateResult.Passed } => "✅",
        { Result: GateResult.NotApplicable } => "➖",
        _ => "⚠️",
    };

    private static string Word(ScenarioStory s) => s switch
    {
        { Attempts: [] } => "not tried",
        { Flaky: true } => "flaky",
        _ => s.Outcome is { } ended ? Wording.Of(ended) : "cut off",
    };
}
