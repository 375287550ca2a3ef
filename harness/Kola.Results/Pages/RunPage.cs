using System.Security.Cryptography;
using System.Text;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;

namespace Kola.Results.Pages;

/// <summary>
/// A run as one HTML file that needs no server and no network: verdict, why, what changed, and each scenario with its steps, its timeline, and console and journal side by
/// side. Its policy (Content-Security-Policy) lets only its own script run.
/// </summary>
public sealed class RunPage
{
    /// <summary>Name of the file within a run's folder.</summary>
    public const string FileName = "report.html";

    private static readonly string Style = Resource("page.css");
    private static readonly string Script = Resource("page.js");

    private readonly PageContents contents;
    private readonly RunStory story;
    private readonly ScenarioStory[] scenarios;

    private RunPage(PageContents contents)
    {
        (this.contents, story) = (contents, contents.Story);
        scenarios = [.. story.Scenarios.OrderBy(Rank).ThenBy(s => s.Plan.Id, StringComparer.Ordinal)];
    }

    /// <summary>The file's text.</summary>
    public static string Of(PageContents contents) => new RunPage(contents).Make().Html;

    private Markup Make() => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{new Markup(Sha256(Script))}'; base-uri 'none'; form-action 'none'">
        <title>{PlainText.Line($"{Headline()} · run {story.Plan.Run}")}</title>
        <style>{new Markup(Style)}</style>
        </head>
        <body>
        {Banner()}
        {Why()}
        {Changes()}
        <h2>Scenarios</h2>
        <div class="tools"><input id="find" type="search" placeholder="Find a scenario" aria-label="Find a scenario"><button data-show="all">all {scenarios.Length}</button><button data-show="trouble">not passed {scenarios.Count(s => !Passed(s))}</button><button data-show="changed">changed {contents.Changes.Count}</button></div>
        {Rows()}
        <footer>Made by Kola {PlainText.Line(story.Plan.Kola)} from {EventLog.FileName} of run {PlainText.Line(story.Plan.Run)}. Console times are by the host's clock, journal times by the guest's.</footer>
        <script>{new Markup(Script)}</script>
        </body>
        </html>

        """);

    private Markup Banner()
    {
        var kind = contents.Judged?.Verdict.Result switch
        {
            GateResult.Passed => "good",
            GateResult.Failed => "bad",
            null when scenarios.All(Passed) && story.Ended => "good",
            null when scenarios.Any(s => s.Outcome == Outcome.Failed) => "bad",
            _ => "warn",
        };
        return Markup.Of($"""
            <header class="banner {kind}">
            <h1>{Headline()}</h1>
            <p>{contents.Judged?.Counts ?? "A run is no verdict: kola gate judges whether a release may ship."}</p>
            <ul class="facts">{Facts().Select(fact => Markup.Of($"<li>{PlainText.Line(fact)}</li>"))}{(contents.Url is { } url ? Link(url) : Markup.None)}</ul>
            </header>
            """);
    }

    private string Headline() => contents.Judged?.Headline
        ?? $"{scenarios.Count(Passed)} of {scenarios.Length} passed{(story.Ended ? "" : story.ReachedLimit ? ", stopped at the policy's maximum duration" : ", interrupted")}";

    private IEnumerable<string> Facts() =>
    [
        $"run {story.Plan.Run}",
        $"{story.Plan.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {Wording.Seconds((story.Stop - story.Plan.At).TotalSeconds)}",
        .. story.Plan.Releases.Select(release => $"{release} {Wording.Digest(release.Sha256)}"),
        $"{story.Plan.Host.Accelerator}, QEMU {story.Plan.Host.QemuVersion}, {story.Plan.Host.Cpus} CPUs",
        $"seed {story.Plan.Seed}",
        .. story.Plan.Shard is { } shard ? [$"shard {shard}"] : Array.Empty<string>(),
        .. story.Plan.Resumes is { } resumed ? [$"goes on from {resumed}"] : Array.Empty<string>(),
        .. story.Plan.Notes,
    ];

    /// <summary>Only an address of the web becomes a link.</summary>
    private static Markup Link(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? Markup.Of($"<li><a href=\"{url}\">the pipeline's job</a></li>") : Markup.None;

    /// <summary>What speaks against the release, or what did not pass; nothing where all is well.</summary>
    private Markup Why()
    {
        List<Markup> lines = [.. (contents.Judged?.Verdict.Problems ?? []).Select(problem => Markup.Of($"<li><span class=\"tag bad\">blocks</span> {PlainText.Of(problem, 2000)}</li>"))];
        var own = scenarios.Select(s => s.Plan.Id).ToHashSet();
        lines.AddRange((contents.Judged?.Verdict.Scenarios ?? []).Where(s => s.Blocks && !own.Contains(s.Id))
            .Select(s => Markup.Of($"<li><span class=\"tag bad\">blocks</span> <b>{PlainText.Line(s.Id)}</b>: {Wording.Of(s.Result)}, in no attempt of this run: {PlainText.Of(s.Reason ?? "", 2000)}</li>")));
        lines.AddRange(scenarios.Index().Where(s => !Passed(s.Item)).Select(s => Markup.Of($"<li><a href=\"#s{s.Index}\"><b>{PlainText.Line(s.Item.Plan.Id)}</b></a>: {ScenarioSection.Word(s.Item)}{First(s.Item)}</li>")));
        lines.AddRange((contents.Judged?.Verdict.Scenarios ?? []).Where(s => s.PassesAgain).Select(s => Markup.Of($"<li><span class=\"tag good\">note</span> <b>{PlainText.Line(s.Id)}</b> {PlainText.Line(s.Quarantine!.PassesAgain)}</li>")));
        return lines is [] ? Markup.None : Markup.Of($"<h2>Why</h2>\n<ul class=\"list\">{lines}</ul>");
    }

    /// <summary>The reason's first line, with the next where it leads to it.</summary>
    private static string First(ScenarioStory scenario) => scenario.Attempts is not [.., { Reason: { } reason }] ? ""
        : $": {PlainText.Line(string.Join(' ', reason.Split('\n', 3) is [var first, var second, ..] && first.EndsWith(':') ? [first, second] : [reason.Split('\n', 2)[0]]), 400)}";

    private Markup Changes()
    {
        var numbers = scenarios.Index().ToDictionary(s => s.Item.Plan.Id, s => s.Index);
        return Markup.Of($"""
            <h2>Since the run before</h2>
            {(contents.Changes is [] ? Markup.Of($"<p class=\"faint\">Nothing changed, or these scenarios were not run here before.</p>") : Markup.Of($"<ul class=\"list\">{contents.Changes.Select(change => Line(change, numbers))}</ul>"))}
            """);
    }

    private static Markup Line(ScenarioChange change, Dictionary<string, int> numbers)
    {
        var (kind, word) = change.Kind switch
        {
            ChangeKind.NewFailure => ("bad", "new failure"),
            ChangeKind.FailsAgain => ("bad", "again"),
            ChangeKind.Fixed => ("good", "fixed"),
            ChangeKind.Slower => ("warn", "slower"),
            ChangeKind.Faster => ("good", "faster"),
        };
        var moved = change.Kind is ChangeKind.Slower or ChangeKind.Faster ? $"{Wording.Seconds(change.SecondsBefore)} → {Wording.Seconds(change.SecondsNow)}" : $"before: {(change.Before is { } before ? Wording.Of(before) : "no end")}";
        return Markup.Of($"<li><span class=\"tag {kind}\">{word}</span> <a href=\"#s{numbers.GetValueOrDefault(change.Id)}\">{PlainText.Line(change.Id)}</a> <span class=\"faint\">{moved} in run {PlainText.Line(change.Run)}{(change.Because is [] ? "" : $"; meanwhile {PlainText.Line(string.Join(", ", change.Because))}")}</span></li>");
    }

    private IEnumerable<Markup> Rows()
    {
        var left = contents.Limits.Details;
        foreach (var (index, scenario) in scenarios.Index())
        {
            var section = new ScenarioSection(contents, scenario, index);
            var inside = left > 0 ? section.Inside() : Markup.None;
            left -= inside.Html.Length;
            yield return section.Of(left >= 0 && inside != Markup.None ? inside : Markup.Of($"<p class=\"faint\">Left out, as the page would be larger than {contents.Limits.Details >> 20} MiB; see {PlainText.Line(scenario.Plan.Id)}/ in the run's folder.</p>"));
        }
    }

    private static bool Passed(ScenarioStory scenario) => scenario is { Outcome: Outcome.Passed, Flaky: false };

    private static int Rank(ScenarioStory scenario) => scenario switch
    {
        { Outcome: Outcome.Failed } => 0,
        { Outcome: Outcome.Passed, Flaky: false } => 3,
        { Attempts: [] } => 2,
        _ => 1,
    };

    private static string Sha256(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = typeof(RunPage).Assembly.GetManifestResourceStream($"{typeof(RunPage).Namespace}.{name}") ?? throw new InvalidOperationException($"{name} is not part of this program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
