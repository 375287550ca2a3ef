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

    /// <summary>In bytes: GitHub shows a step's summaries up to 1 MiB together.</summary>
    private const int Most = 900_000;

    /// <summary>Of a reason, in characters.</summary>
    private const int LongestReason = 8000;

    public static string Of(RunStory story)
    {
        var passed = story.Scenarios.Count(s => s.Outcome == Outcome.Passed && !s.Flaky);
        var headline = $"## Kola: {passed} of {story.Scenarios.Count} passed{(story.Ended ? "" : story.ReachedLimit ? ", stopped at the policy's maximum duration" : ", interrupted")}\n\n";
        return Within(
            headline + "| | scenario | | attempts | time |\n|---|---|---|---|---|\n",
            story.Scenarios.OrderBy(s => s.Outcome == Outcome.Passed && !s.Flaky ? 1 : 0).ThenBy(s => s.Plan.Id, StringComparer.Ordinal)
                .Select(s => $"| {Mark(s)} | {Code(s.Plan.Id)} | {Cell(Word(s))} | {s.Attempts.Count} | {Wording.Seconds(s.Attempts.Sum(a => (a.Stop - a.Start).TotalSeconds))} |\n"),
            story.Scenarios.Where(s => s.Outcome != Outcome.Passed && s.Attempts is not []).Select(s => new Func<string>(() => Trouble(s.Plan.Id, s.Attempts[^1].Reason, s.Attempts[^1].Reproduce))),
            $"\n<sub>run {Code(story.Plan.Run)} · Kola {Cell(story.Plan.Kola)} · {Cell(story.Plan.Host.Accelerator)}, QEMU {Cell(story.Plan.Host.QemuVersion)} · seed {story.Plan.Seed}</sub>\n");
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
        const int named = 50;
        var text = new StringBuilder($"## {mark} Gate of {subject} {word}\n\n");
        foreach (var problem in verdict.Problems.Take(named))
            text.Append($"- **blocks**: {Cell(problem)}\n");
        if (verdict.Problems.Count > named)
            text.Append($"- **blocks**: {verdict.Problems.Count - named} problems more\n");
        foreach (var again in verdict.Scenarios.Where(s => s.PassesAgain).Take(named))
            text.Append($"- {Code(again.Id)} {Cell(again.Quarantine!.PassesAgain)}\n");
        return Within(
            text.Append("\n| | scenario | result | policy | attempts |\n|---|---|---|---|---|\n").ToString(),
            verdict.Scenarios.OrderBy(s => s.Blocks ? 0 : s.Result switch { GateResult.Passed => 2, GateResult.NotApplicable => 3, _ => 1 })
                .Select(s => $"| {Mark(s)} | {Code(s.Id)} | {Wording.Of(s.Result)} | {s.Role.ToString().ToLowerInvariant()}{(s.Quarantine is { } q ? $", in quarantine until {q.Until:yyyy-MM-dd}" : "")} | {s.Attempts.Count} |\n"),
            verdict.Scenarios.Where(s => s.Result is not (GateResult.Passed or GateResult.NotApplicable)).Select(s => new Func<string>(() => Trouble(s.Id, s.Reason, s.Attempts.LastOrDefault(a => a.Reproduce is not null)?.Reproduce))),
            "");
    }

    /// <summary>The table may take half of the room, the reasons what is left; what does not fit is counted.</summary>
    private static string Within(string head, IEnumerable<string> rows, IEnumerable<Func<string>> troubles, string foot)
    {
        var text = new StringBuilder(head);
        var room = Most - Encoding.UTF8.GetByteCount(head) - Encoding.UTF8.GetByteCount(foot);
        var left = Fill(text, rows.Select(row => new Func<string>(() => row)), room / 2, out var used);
        if (left > 0)
            text.Append($"| | … and {left} more, in the run's report.html | | | |\n");
        left = Fill(text, troubles, room - used - 200, out _);
        if (left > 0)
            text.Append($"\n… and the reasons of {left} more, in the run's report.html\n");
        return text.Append(foot).ToString();
    }

    /// <returns>How many parts had no room.</returns>
    private static int Fill(StringBuilder text, IEnumerable<Func<string>> parts, int room, out int used)
    {
        var left = 0;
        used = 0;
        foreach (var make in parts)
        {
            // What comes after is not even made: it may be thousands.
            if (left > 0)
            {
                left++;
                continue;
            }

            var part = make();
            var size = Encoding.UTF8.GetByteCount(part);
            if (used + size > room)
            {
                left++;
                continue;
            }

            text.Append(part);
            used += size;
        }

        return left;
    }

    private static string Trouble(string id, string? reason, string? reproduce) =>
        $"\n**{Code(id)}**\n\n{Fenced(PlainText.Of(reason ?? "no reason is recorded", LongestReason))}{(reproduce is null ? "" : $"\nrun it again: {Code(reproduce)}\n")}";

    /// <summary>As code, whatever is in it: a run of backticks ends only at one as long.</summary>
    private static string Code(string text)
    {
        var (fence, line) = ("`", PlainText.Line(text, 1000).Replace("|", "\\|", StringComparison.Ordinal));
        while (line.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return fence.Length == 1 ? $"`{line}`" : $"{fence} {line} {fence}";
    }

    /// <summary>A fence longer than any in the text: a guest's console may say anything.</summary>
    private static string Fenced(string text)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}\n{text}\n{fence}\n";
    }

    private static string Cell(string text) => PlainText.Line(text, 4000).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

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
