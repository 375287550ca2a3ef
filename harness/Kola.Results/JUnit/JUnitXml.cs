using System.Globalization;
using System.Xml.Linq;
using Kola.Results.Events;
using Kola.Results.Stories;

namespace Kola.Results.JUnit;

/// <summary>
/// A run as JUnit XML, in the dialect that Jenkins, GitLab and GitHub's reporters read (with Surefire's elements for attempts that were tried again).
/// Only a product failure is a <c>failure</c>; whatever proves nothing is an <c>error</c>, never <c>skipped</c>: readers count skipped as good.
/// </summary>
public static class JUnitXml
{
    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "junit.xml";

    /// <summary>Of all messages together, in characters: GitLab takes a report of 30 MB.</summary>
    private const int AllMessages = 12 << 20;

    /// <summary>Of one message, in characters.</summary>
    private const int LongestMessage = 64 << 10;

    public static XDocument Of(RunStory story)
    {
        var longest = Math.Clamp(AllMessages / Math.Max(1, story.Scenarios.Sum(s => s.Attempts.Count(a => a.Outcome != Outcome.Passed))), 500, LongestMessage);
        var suites = story.Scenarios.GroupBy(s => s.Plan.Name.Split('.')[0]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(group => Suite(group.Key, [.. group], story, longest)).ToArray();
        return new(new XDeclaration("1.0", "utf-8", null), new XElement("testsuites", new XAttribute("name", Clean($"Kola run {story.Plan.Run}")), Counts(story.Scenarios), suites));
    }

    private static XElement Suite(string name, ScenarioStory[] scenarios, RunStory story, int longest) => new("testsuite",
        new XAttribute("name", Clean(name)),
        new XAttribute("timestamp", story.Plan.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)),
        Counts(scenarios),
        new XElement("properties", Property("kola", story.Plan.Kola), Property("seed", $"{story.Plan.Seed}"), Property("accelerator", story.Plan.Host.Accelerator), Property("qemu", story.Plan.Host.QemuVersion)),
        scenarios.Select(scenario => Case(scenario, longest)));

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), new XAttribute("value", Clean(value)));

    private static object[] Counts(IReadOnlyList<ScenarioStory> scenarios) =>
    [
        new XAttribute("tests", scenarios.Count),
        new XAttribute("failures", scenarios.Count(s => s.Outcome == Outcome.Failed)),
        new XAttribute("errors", scenarios.Count(s => s.Outcome is not (Outcome.Passed or Outcome.Failed))),
        new XAttribute("skipped", 0),
        new XAttribute("time", Seconds(scenarios.SelectMany(s => s.Attempts).Sum(a => (a.Stop - a.Start).TotalSeconds))),
    ];

    private static XElement Case(ScenarioStory scenario, int longest)
    {
        var last = scenario.Attempts is [.., var ended] ? ended : null;
        var before = scenario.Attempts.SkipLast(1);
        var element = new XElement("testcase",
            new XAttribute("classname", Clean(scenario.Plan.Name)),
            new XAttribute("name", Clean(scenario.Plan.Id)),
            new XAttribute("file", Clean(scenario.Plan.File)),
            new XAttribute("time", Seconds(scenario.Attempts.Sum(a => (a.Stop - a.Start).TotalSeconds))));
        element.Add(last switch
        {
            null => new XElement("error", new XAttribute("type", "not-tried"), new XAttribute("message", "planned and never tried: nothing is proven")),
            { Outcome: Outcome.Passed } => null,
            { Outcome: Outcome.Failed } => Trouble("failure", last, longest),
            _ => Trouble("error", last, longest),
        });
        element.Add(before.Select(attempt => Trouble((scenario.Flaky, attempt.Outcome) switch
        {
            (true, Outcome.Failed) => "flakyFailure",
            (true, _) => "flakyError",
            (_, Outcome.Failed) => "rerunFailure",
            _ => "rerunError",
        }, attempt, longest)));
        if (last is { Files: [_, ..] files })
            element.Add(new XElement("system-out", Text(string.Join('\n', files), longest)));
        return element;
    }

    private static XElement Trouble(string name, AttemptStory attempt, int longest) => new(name,
        new XAttribute("type", Word(attempt.Outcome)),
        new XAttribute("message", Clean(FirstLine(attempt.Reason ?? "it was cut off"))),
        Text($"{PlainText.Of(attempt.Reason ?? "", longest)}{(attempt.Reproduce is null ? "" : $"\nrun it again: {attempt.Reproduce}")}", longest * 2));

    /// <summary>A type is one word to its readers.</summary>
    private static string Word(Outcome? outcome) => (outcome is { } ended ? Wording.Of(ended) : "cut off").Replace(' ', '-');

    /// <summary>What a guest's console says, and what somebody named a file, may hold characters that XML does not have.</summary>
    private static string Clean(string text) => PlainText.Line(text, 2000);

    private static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;

    private static string Text(string text, int longest) => PlainText.Of(text, longest);

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);
}
