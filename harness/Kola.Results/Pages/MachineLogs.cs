using Kola.Results.Events;
using Kola.Results.Logs;
using Kola.Results.Stories;

namespace Kola.Results.Pages;

/// <summary>What the machines of an attempt said: console and journal side by side, second by second, with the steps where they began.</summary>
internal sealed class MachineLogs(PageContents contents, AttemptStory attempt)
{
    private readonly bool passed = attempt.Outcome is Outcome.Passed;

    public Markup Of()
    {
        // Below SCENARIO/ATTEMPT each machine has a folder.
        string[] machines = [.. attempt.Files.Select(file => file.Split('/')).Where(parts => parts is [_, _, _, ConsoleLog.FileName or JournalLog.FileName]).Select(parts => string.Join('/', parts[..3])).Distinct()];
        var most = (passed ? contents.Limits.LinesOfPassed : contents.Limits.Lines) / Math.Max(1, machines.Length);
        return Markup.Join(machines.Select(machine => Machine(machine, Math.Max(20, most), machines.Length == 1 && !passed)));
    }

    private Markup Machine(string machine, int most, bool open)
    {
        var folder = Path.Combine(contents.Story.Folder, machine);
        var name = machine.Split('/')[^1];
        var (console, journal) = (ConsoleLog.Read(folder, attempt.Start), JournalLog.Read(folder, attempt.Start, attempt.Stop));
        if (console.Lines is [] && journal.Lines is [])
            return Markup.None;
        return Markup.Of($"""
            <details class="machine"{(open ? Markup.Of($" open") : Markup.None)}><summary>Console and journal of <b>{PlainText.Line(name)}</b> <span class="faint">{console.Lines.Count} and {journal.Lines.Count} lines{Cut(machine, ConsoleLog.FileName, console, most)}{Cut(machine, JournalLog.FileName, journal, most)}</span></summary>
            <div class="window"><table class="logs"><thead><tr><th>time</th><th>console</th><th>journal</th></tr></thead><tbody>{Rows(console.Excerpt(most), journal.Excerpt(most))}</tbody></table></div></details>
            """);
    }

    private static string Cut(string machine, string file, LogText text, int most)
    {
        string[] missing = [.. text.Missing is { } before ? [before] : Array.Empty<string>(), .. text.Lines.Count > most ? [$"{text.Lines.Count - most} lines"] : Array.Empty<string>()];
        return missing is [] ? "" : $"; not shown: {string.Join(" and ", missing)}, see {PlainText.Line(machine)}/{file}";
    }

    /// <summary>Within a second the lines of both stand beside each other in their own order.</summary>
    private IEnumerable<Markup> Rows(LogText console, LogText journal)
    {
        var left = console.Lines.ToLookup(Second);
        var right = journal.Lines.ToLookup(Second);
        var steps = attempt.Steps.ToLookup(step => (int)(step.Begin.At - attempt.Start).TotalSeconds);
        foreach (var second in left.Select(lines => lines.Key).Union(right.Select(lines => lines.Key)).Union(steps.Select(begun => begun.Key)).Order())
        {
            foreach (var step in steps[second])
                yield return Markup.Of($"<tr class=\"begin{(step.Outcome is Outcome.Passed ? "" : " bad")}\"><td>{Clock(second)}</td><td colspan=\"2\">{(step.Begin.Step == 0 ? "" : $"step {step.Begin.Step}: ")}{PlainText.Line(step.Begin.Title)}</td></tr>\n");
            LogLine[] said = [.. left[second]], wrote = [.. right[second]];
            for (var i = 0; i < Math.Max(said.Length, wrote.Length); i++)
                yield return Markup.Of($"<tr><td>{(i == 0 ? Clock(second) : "")}</td>{Cell(said, i)}{Cell(wrote, i)}</tr>\n");
        }
    }

    private int Second(LogLine line) => (int)Math.Floor(Math.Max(0, (line.At - attempt.Start).TotalSeconds));

    private static Markup Cell(LogLine[] lines, int index) => index >= lines.Length ? Markup.Of($"<td></td>") : Markup.Of($"<td{Class(lines[index].Weight)}>{lines[index].Text}</td>");

    private static Markup Class(LogWeight weight) => weight is LogWeight.Plain ? Markup.None : Markup.Of($" class=\"{weight.ToString().ToLowerInvariant()}\"");

    private static string Clock(int second) => $"{second / 60}:{second % 60:00}";
}
