using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Pages;
using Kola.Results.Stories;
using Kola.Results.Timelines;
using Kola.Tests.Results.Gate;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Pages;

/// <summary>The page of a run: what it says, and that nothing a guest or a file says becomes markup.</summary>
public sealed partial class RunPageTests
{
    private const string Hostile = "</pre></style></script><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover='alert(3)' \e[31m\0\u202E";

    [Test]
    public async Task It_says_what_passed_why_the_rest_did_not_and_how_to_run_it_again()
    {
        using var run = await RecordedFolder.MakeAsync();

        var page = Text(RunPage.Of(Contents(run.Story)));

        page.Should().ContainAll("1 of 6 passed, interrupted", "update.bad: failed: node: kernel-panic on the console:", "Run it again: ci/kola run 'update.bad' --seed 7", "update.untried: not tried", "flaky")
            .And.Contain("Attempt 2: passed").And.Contain("Attempt 1: failed");
    }

    [Test]
    public async Task What_did_not_pass_comes_first()
    {
        using var run = await RecordedFolder.MakeAsync();

        Names(RunPage.Of(Contents(run.Story))).Should().Equal("update.bad", "boot.flaky", "update.broken", "update.cut", "update.untried", "boot.good");
    }

    [Test]
    public async Task A_verdict_stands_above_with_what_blocks_and_what_is_in_quarantine()
    {
        using var run = await RecordedFolder.MakeAsync();
        var verdict = new Verdict
        {
            Result = GateResult.Failed,
            Problems = ["shard 2/2 is missing; add its run with --from"],
            At = Recording.Noon,
            Scenarios =
            [
                new() { Id = "update.bad", Role = GateRole.Required, Result = GateResult.Failed, Blocks = false, Quarantine = RecordedFolder.Quarantine, Attempts = [] },
                new() { Id = "other.missing", Role = GateRole.Required, Result = GateResult.NotProven, Blocks = true, Reason = "not in any run's plan", Attempts = [] },
            ],
        };

        var page = Text(RunPage.Of(Contents(run.Story) with { Judged = new("GATE FAILED: os 2 may not ship.", "6 required", verdict) }));

        page.Should().ContainAll("GATE FAILED: os 2 may not ship.", "6 required", "blocks shard 2/2 is missing", "other.missing: not proven", "in quarantine until 2026-11-30", "the loader is slow");
    }

    [Test]
    public async Task Changes_are_told_with_the_run_that_they_are_since()
    {
        using var run = await RecordedFolder.MakeAsync();
        var change = new ScenarioChange("update.bad", ChangeKind.NewFailure, "run-0", Outcome.Passed, 4, 5, ["another Kola"]);

        Text(RunPage.Of(Contents(run.Story) with { Changes = [change] })).Should().Contain("new failure update.bad before: passed in run run-0; meanwhile another Kola");
    }

    [Test]
    public async Task Console_and_journal_stand_side_by_side_with_the_steps_between()
    {
        using var run = await RecordedFolder.MakeAsync();
        var at = run.Story.Scenarios.Single(s => s.Plan.Id == "update.bad").Attempts[0].Start;
        var folder = Path.Combine(run.Path, "update.bad/attempt-1/node");
        await File.WriteAllTextAsync(Path.Combine(folder, "journal.jsonl"),
            $$"""{"kola":"power-on","at":"{{at:O}}"}{{"\n"}}{"SYSLOG_IDENTIFIER":"kernel","MESSAGE":"hello <b>","__REALTIME_TIMESTAMP":"{{at.AddSeconds(1).ToUnixTimeMilliseconds() * 1000}}"}""");

        var rows = Rows(RunPage.Of(Contents(run.Story)));

        rows.Should().ContainInOrder("0:00|[ 1.0] Kernel panic - not syncing <script>alert(1)</script>|Kola: power-on", "0:01|bring up node", "0:01||kernel: hello <b>", "0:05|step 1: first");
    }

    [Test]
    public async Task Nothing_that_a_guest_or_a_file_says_becomes_markup()
    {
        using var run = await RecordedFolder.MakeAsync();
        foreach (var file in (string[])["console.log", "journal.jsonl"])
            await File.WriteAllTextAsync(Path.Combine(run.Path, "update.bad/attempt-1/node", file), Hostile + "\n" + $$"""{"kola":"{{"<script>"}}","at":"2026-11-23T12:00:09+00:00"}""" + "\n");

        var page = RunPage.Of(Contents(Spoilt(run.Story)));

        Tags(page).Should().OnlyContain(tag => Known.Contains(tag), "only the page's own elements may be in it");
        Regex.Count(page, "<script").Should().Be(1);
        Events().IsMatch(page).Should().BeFalse("no element may have a handler of events");
        page.Should().NotContainAny("\0", "\e", "\u202E", "href=\"javascript:", "href=\"./..", "href=\"/");
        page.Should().Contain("&lt;script&gt;alert(1)");
    }

    [Test]
    public async Task A_page_stays_small_and_names_what_it_leaves_out()
    {
        using var run = await RecordedFolder.MakeAsync();
        var folder = Path.Combine(run.Path, "update.bad/attempt-1/node");
        await File.WriteAllLinesAsync(Path.Combine(folder, "console.log"), Enumerable.Range(0, 50_000).Select(i => $"line {i} {new string('x', 100)}"));
        var story = With(run.Story, attempt => attempt with { Reason = new('r', 10 << 20) });

        var page = RunPage.Of(Contents(story));

        page.Length.Should().BeLessThan(600_000);
        Text(page).Should().Contain("not shown: 48800 lines, see update.bad/attempt-1/node/console.log").And.Contain("characters left out");
        RunPage.Of(Contents(story) with { Limits = new() { Details = 1000 } }).Should().Contain("Left out, as the page would be larger than");
    }

    private static RunStory Spoilt(RunStory story) => With(story, attempt => attempt with
    {
        Reason = Hostile,
        Reproduce = Hostile,
        Files = [.. attempt.Files, "update.bad/attempt-1/node/journal.jsonl", $"x/y/{Hostile}", "javascript:alert(4)", "../../etc/passwd"],
        Steps = [.. attempt.Steps.Select(step => step with { Detail = Hostile, Begin = step.Begin with { Title = Hostile, Machine = Hostile }, Meanwhile = [(attempt.Start, Hostile)] })],
    }) with
    {
        Plan = story.Plan with { Run = Hostile, Kola = Hostile, Notes = [Hostile] },
    };

    private static RunStory With(RunStory story, Func<AttemptStory, AttemptStory> change) => story with
    {
        Scenarios = [.. story.Scenarios.Select(s => s with { Plan = s.Plan with { Summary = s.Plan.Id == "boot.good" ? Hostile : s.Plan.Summary }, Attempts = [.. s.Attempts.Select(change)] })],
    };

    private static PageContents Contents(RunStory story) => new()
    {
        Story = story,
        Timelines = TimelineReader.OfAttempts([.. EventLog.Read(Path.Combine(story.Folder, EventLog.FileName))]),
        Url = "javascript:alert(5)",
    };

    private static readonly string[] Known =
    [
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "ul", "li", "span", "b", "a", "div", "input", "button", "details", "summary", "i", "section", "pre", "code", "table",
        "thead", "tbody", "tr", "th", "td", "img", "footer", "script",
    ];

    private static IEnumerable<string> Tags(string page) => Regex.Matches(page, "<([A-Za-z][A-Za-z0-9]*)").Select(tag => tag.Groups[1].Value).Distinct();

    private static IEnumerable<string> Names(string page) => Regex.Matches(page, "<span class=\"name\">([^<]*)").Select(name => name.Groups[1].Value);

    private static IEnumerable<string> Rows(string page) =>
        Regex.Matches(page, "<tr[^>]*>(<td.*?)</tr>", RegexOptions.Singleline).Select(row => string.Join('|', Regex.Matches(row.Groups[1].Value, "<td[^>]*>(.*?)</td>", RegexOptions.Singleline).Select(cell => Text(cell.Groups[1].Value))));

    private static string Text(string html) => Regex.Replace(System.Net.WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(html, "<(style|script)[^>]*>.*?</\\1>", "", RegexOptions.Singleline), "<[^>]*>", "")), @"\s+", " ").Trim();

    [GeneratedRegex(@"<[^>""]*(?:""[^""]*""[^>""]*)*\son[a-z]+\s*=")]
    private static partial Regex Events();
}
