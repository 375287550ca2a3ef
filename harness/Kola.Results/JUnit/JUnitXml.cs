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

    public static XDocument Of(RunStory story)
    {
        var suites = story.Scenarios.GroupBy(s => s.Plan.Name.Split('.')[0]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(group => Suite(group.Key, [.. group], story)).ToArray();
        return new(new XDeclaration("1.0", "utf-8", null), new XElement("testsuites", new XAttribute("name", $"Kola run {story.Plan.Run}"), Counts(story.Scenarios), suites));
    }

    private static XElement Suite(string name, ScenarioStory[] scenarios, RunStory story) => new("testsuite",
        new XAttribute("name", name),
        new XAttribute("timestamp", story.Plan.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)),
        Counts(scenarios),
        new XElement("properties", Property("kola", story.Plan.Kola), Property("seed", $"{story.Plan.Seed}"), Property("accelerator", story.Plan.Host.Accelerator), Property("qemu", story.Plan.Host.QemuVersion)),
        scenarios.Select(Case));

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), new XAttribute("value", Clean(value)));

    private static object[] Counts(IReadOnlyList<ScenarioStory> scenarios) =>
    [
        new XAttribute("tests", scenarios.Count),
        new XAttribute("failures", scenarios.Count(s => s.Outcome == Outcome.Failed)),
        new XAttribute("errors", scenarios.Count(s => s.Outcome is not (Outcome.Passed or Outcome.Failed))),
        new XAttribute("skipped", 0),
        new XAttribute("time", Seconds(scenarios.SelectMany(s => s.Attempts).Sum(a => (a.Stop - a.Start).TotalSeconds))),
    ];

    private static XElement Case(ScenarioStory scenario)
    {
        var last = scenario.Attempts is [.., var ended] ? ended : null;
        var before = scenario.Attempts.SkipLast(1);
        var element = new XElement("testcase",
            new XAttribute("classname", scenario.Plan.Name),
            new XAttribute("name", scenario.Plan.Id),
            new XAttribute("file", scenario.Plan.File),
            new XAttribute("time", Seconds(scenario.Attempts.Sum(a => (a.Stop - a.Start).TotalSeconds))));
        element.Add(last switch
        {
            null => new XElement("error", new XAttribute("type", "not-tried"), new XAttribute("message", "planned and never tried: nothing is proven")),
            { Outcome: Outcome.Passed } => null,
            { Outcome: Outcome.Failed } => Trouble("failure", last),
            _ => Trouble("error", last),
        });
        element.Add(before.Select(attempt => Trouble((scenario.Flaky, attempt.Outcome) switch
        {
            (true, Outcome.Failed) => "flakyFailure",
            (true, _) => "flakyError",
            (_, Outcome.Failed) => "rerunFailure",
            _ => "rerunError",
        }, attempt)));
        if (last is { Files: [_, ..] files })
            element.Add(new XElement("system-out", string.Join('\n', files)));
        return element;
    }

    private static XElement Trouble(string name, AttemptStory attempt) => new(name,
        new XAttribute("type", Word(attempt.Outcome)),
        new XAttribute("message", Clean((attempt.Reason ?? "it was cut off").Split('\n')[0])),
        Clean($"{attempt.Reason}{(attempt.Reproduce is null ? "" : $"\nrun it again: {attempt.Reproduce}")}"));

    /// <summary>A type is one word to its readers.</summary>
    private static string Word(Outcome? outcome) => (outcome is { } ended ? Wording.Of(ended) : "cut off").Replace(' ', '-');

    /// <summary>What a guest's console says may hold characters that XML does not have.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => System.Xml.XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);
}
