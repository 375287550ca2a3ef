using Kola.Results.Events;
using Kola.Results.Gate;
using Kola.Results.Stories;

namespace Kola.Results.Pages;

/// <summary>One scenario: its row, and what lies below it.</summary>
internal sealed class ScenarioSection(PageContents contents, ScenarioStory scenario, int index)
{
    private readonly RunStory story = contents.Story;

    /// <param name="inside">What is shown when the row is opened.</param>
    public Markup Of(Markup inside)
    {
        var change = contents.Changes.FirstOrDefault(c => c.Id == scenario.Plan.Id);
        var passed = scenario is { Outcome: Outcome.Passed, Flaky: false };
        return Markup.Of($"""
            <details class="scenario" id="s{index}" data-trouble="{(passed ? "no" : "yes")}" data-changed="{(change is null ? "no" : "yes")}">
            <summary><span><span class="tag {Kind(scenario)}">{Word(scenario)}</span></span><span><span class="name">{PlainText.Line(scenario.Plan.Id)}</span>{Badges()}<span class="says">{PlainText.Line(scenario.Plan.Summary, 240)}</span></span>{Bar()}<span class="time">{(scenario.Attempts is [] ? "" : Wording.Seconds(scenario.Attempts.Sum(a => (a.Stop - a.Start).TotalSeconds)))}</span></summary>
            <div class="inside">{inside}</div>
            </details>

            """);
    }

    public Markup Inside()
    {
        var plan = scenario.Plan;
        return Markup.Of($"""
            <p class="faint">{PlainText.Line(plan.File)} ({Wording.Digest(plan.Sha256)}){plan.Images.Select(image => Markup.Of($" · {PlainText.Line(image.Name)}{(image.Release is null ? "" : $" {image.Release}")} ({Wording.Digest(image.Sha256)})"))}{plan.Tags.Select(tag => Markup.Of($" · #{PlainText.Line(tag)}"))}</p>
            {Quarantined()}
            {(scenario.Attempts is [] ? Markup.Of($"<p>It was planned and never tried: nothing is proven.{(plan.NotApplicable is { } why ? $" Not applicable: {PlainText.Of(why, 2000)}" : "")}</p>") : Markup.None)}
            {scenario.Attempts.Reverse().Select(attempt => new AttemptSection(contents, scenario, attempt).Of())}
            """);
    }

    public static string Word(ScenarioStory scenario) => scenario switch
    {
        { Attempts: [], Plan.NotApplicable: not null } => "not applicable",
        { Attempts: [] } => "not tried",
        { Flaky: true } => "flaky",
        _ => Word(scenario.Outcome),
    };

    public static string Word(Outcome? outcome) => outcome is { } ended ? Wording.Of(ended) : "cut off";

    public static string Kind(Outcome? outcome) => outcome switch
    {
        Outcome.Passed => "good",
        Outcome.Failed => "bad",
        _ => "warn",
    };

    private static string Kind(ScenarioStory scenario) => scenario switch
    {
        { Attempts: [], Plan.NotApplicable: not null } => "",
        { Flaky: true } => "warn",
        _ => Kind(scenario.Outcome),
    };

    private ScenarioVerdict? Judged => contents.Judged?.Verdict.Scenarios.FirstOrDefault(s => s.Id == scenario.Plan.Id);

    private Markup Badges() => Judged is not { } judged ? Markup.None : Markup.Of($"""
        {(judged.Blocks ? Markup.Of($" <span class=\"tag bad\">blocks</span>") : judged.Role is GateRole.Required ? Markup.None : Markup.Of($" <span class=\"tag\">{judged.Role.ToString().ToLowerInvariant()}</span>"))}{(judged.Quarantine is { } entry ? Markup.Of($" <span class=\"tag warn\">in quarantine until {entry.Until:yyyy-MM-dd}</span>") : Markup.None)}{(judged.PassesAgain ? Markup.Of($" <span class=\"tag good\">passes again</span>") : Markup.None)}
        """);

    private Markup Quarantined() => Judged?.Quarantine is not { } entry ? Markup.None : Markup.Of($"""
        <p>In quarantine until {entry.Until:yyyy-MM-dd}: {PlainText.Of(entry.Reason, 2000)} ({PlainText.Line(entry.Owner)}, {PlainText.Line(entry.Tracker)})</p>
        """);

    /// <summary>When in the run its attempts were.</summary>
    private Markup Bar()
    {
        var whole = Math.Max(1, (story.Stop - story.Plan.At).TotalSeconds);
        return Markup.Of($"""
            <span class="bar" title="when in the run">{scenario.Attempts.Select(attempt => Markup.Of($"<i class=\"{Kind(attempt.Outcome)}\" style=\"left:{(attempt.Start - story.Plan.At).TotalSeconds / whole * 100:0.##}%;width:{(attempt.Stop - attempt.Start).TotalSeconds / whole * 100:0.##}%\"></i>"))}</span>
            """);
    }
}
