using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;

namespace Kola.Results.Tap;

/// <summary>A run as TAP 14 (testanything.org/tap-version-14-specification.html): a test point for each scenario, with its steps as a subtest before it.</summary>
/// <remarks>
/// Only what the candidate need not be able to do is a SKIP, and only what is in quarantine a TODO: readers count both as good. What was not tried is <c>not ok</c>, and a run
/// without an end bails out.
/// </remarks>
public sealed class TapReport
{
    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "results.tap";

    /// <summary>Of a message, in characters.</summary>
    private const int LongestMessage = 16_000;

    private readonly StringBuilder text = new();
    private readonly RunStory story;
    private readonly IReadOnlyDictionary<string, QuarantineEntry> quarantine;

    private TapReport(RunStory story, IReadOnlyDictionary<string, QuarantineEntry> quarantine) => (this.story, this.quarantine) = (story, quarantine);

    /// <param name="quarantine">Exemptions in force, by id of the scenario.</param>
    public static string Of(RunStory story, IReadOnlyDictionary<string, QuarantineEntry> quarantine) => new TapReport(story, quarantine).Write();

    private string Write()
    {
        text.Append(CultureInfo.InvariantCulture, $"TAP version 14\n1..{story.Scenarios.Count}\n# Kola run {PlainText.Line(story.Plan.Run)}\n");
        foreach (var (index, scenario) in story.Scenarios.Index())
        {
            if (scenario.Attempts is [.., { Steps: [_, ..] steps }])
                Steps(scenario.Plan.Id, steps);
            Point("", index + 1, scenario.Outcome is Outcome.Passed || NotApplicable(scenario) is not null, scenario.Plan.Id, Directive(scenario), Diagnosis(scenario));
        }

        if (!story.Ended)
            text.Append(story.ReachedLimit ? "Bail out! the run was stopped at the policy's maximum duration\n" : "Bail out! the run did not finish\n");
        return text.ToString();
    }

    private void Steps(string id, IReadOnlyList<StepStory> steps)
    {
        text.Append(CultureInfo.InvariantCulture, $"# Subtest: {Escaped(id)}\n    1..{steps.Count}\n");
        foreach (var (index, step) in steps.Index())
        {
            var title = $"{(step.Begin.Step == 0 ? "" : $"step {step.Begin.Step}: ")}{step.Begin.Title}{(step.Begin.Machine is { } machine ? $" ({machine})" : "")}";
            Point("    ", index + 1, step.Outcome is Outcome.Passed, title, "",
            [
                ("duration_ms", Milliseconds(step.Stop - step.Begin.At)),
                .. step.Outcome is Outcome.Passed ? Array.Empty<(string, string)>() : [("outcome", Quoted(Word(step.Outcome))), ("message", Quoted(step.Detail ?? "it has no end"))],
                .. step.Begin.Location is { } at ? [("at", Quoted(at))] : Array.Empty<(string, string)>(),
            ]);
        }
    }

    private static IEnumerable<(string Key, string Value)> Diagnosis(ScenarioStory scenario)
    {
        if (scenario.Attempts is not [.., var last])
            return [("outcome", Quoted(NotApplicable(scenario) is null ? "not tried" : "not applicable")), ("message", Quoted(NotApplicable(scenario) ?? "planned and never tried: nothing is proven"))];
        var why = last.Reason ?? (last.Outcome is null ? "it was cut off" : null);
        return
        [
            ("duration_ms", Milliseconds(last.Stop - last.Start)),
            ("outcome", Quoted(scenario.Flaky ? "flaky" : Word(last.Outcome))),
            ("attempts", scenario.Attempts.Count.ToString(CultureInfo.InvariantCulture)),
            .. why is null ? Array.Empty<(string, string)>() : [("message", Quoted(why))],
            .. last.Reproduce is { } again ? [("reproduce", Quoted(again))] : Array.Empty<(string, string)>(),
        ];
    }

    private string Directive(ScenarioStory scenario) =>
        NotApplicable(scenario) is { } why ? $" # SKIP {PlainText.Line(why)}"
        : quarantine.GetValueOrDefault(scenario.Plan.Id) is { } entry && scenario.Attempts is not [] ? $" # TODO in quarantine until {entry.Until:yyyy-MM-dd}: {PlainText.Line(entry.Reason)}"
        : "";

    private static string? NotApplicable(ScenarioStory scenario) => scenario.Attempts is [] ? scenario.Plan.NotApplicable : null;

    private void Point(string indent, int number, bool ok, string title, string directive, IEnumerable<(string Key, string Value)> diagnosis)
    {
        text.Append(CultureInfo.InvariantCulture, $"{indent}{(ok ? "ok" : "not ok")} {number} - {Escaped(title)}{directive}\n{indent}  ---\n");
        foreach (var (key, value) in diagnosis)
            text.Append(CultureInfo.InvariantCulture, $"{indent}  {key}: {value}\n");
        text.Append(CultureInfo.InvariantCulture, $"{indent}  ...\n");
    }

    /// <summary>In a description <c>#</c> begins a directive and <c>\</c> escapes.</summary>
    private static string Escaped(string title) => PlainText.Line(title).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("#", "\\#", StringComparison.Ordinal);

    /// <summary>A string of JSON is a quoted string of YAML; letters stay as they are.</summary>
    private static string Quoted(string value) => $"\"{JsonEncodedText.Encode(PlainText.Of(value, LongestMessage), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static string Word(Outcome? outcome) => outcome is { } ended ? Wording.Of(ended) : "cut off";
}
