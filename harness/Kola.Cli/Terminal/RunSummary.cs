using Kola.Results;
using Kola.Results.Events;
using Kola.Scenarios.Runs;

namespace Kola.Cli.Terminal;

/// <summary>The last lines of a run: counts, what did not pass and how to see more.</summary>
internal static class RunSummary
{
    /// <param name="told">Whether the reasons were printed before: then each failure is one line, otherwise a paragraph.</param>
    public static void Write(RunResult run, bool told, TextWriter output)
    {
        foreach (var attempt in run.Attempts.Where(a => a.Outcome != Outcome.Passed))
        {
            if (!told)
                output.WriteLine();
            output.WriteLine($"{Wording.Of(attempt.Outcome)}: {attempt.Scenario}");
            if (told)
                continue;
            output.WriteLine($"{PlainProgress.Indent}{Wording.Reason(attempt)?.Replace("\n", "\n" + PlainProgress.Indent)}");
            output.WriteLine($"{PlainProgress.Indent}reproduce: {attempt.Reproduce}");
        }

        output.WriteLine();
        output.WriteLine($"{Counts(run)} · recorded in {run.Folder.Path}");
    }

    private static string Counts(RunResult run)
    {
        var counts = run.Attempts.CountBy(a => a.Outcome).OrderBy(c => c.Key).Select(c => $"{c.Value} {Wording.Of(c.Key)}");
        var untried = run.Planned - run.Attempts.Count;
        return string.Join(", ", untried > 0 ? [.. counts, $"{untried} not tried"] : counts);
    }
}
