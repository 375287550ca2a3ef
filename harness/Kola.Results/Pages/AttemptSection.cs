using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Results.Timelines;

namespace Kola.Results.Pages;

/// <summary>One attempt: why it ended so, its timeline, its steps, what its machines said, its files.</summary>
internal sealed class AttemptSection(PageContents contents, ScenarioStory scenario, AttemptStory attempt)
{
    private readonly double seconds = Math.Max(0.001, (attempt.Stop - attempt.Start).TotalSeconds);
    private readonly bool passed = attempt.Outcome is Outcome.Passed;

    public Markup Of() => Markup.Of($"""
        <section>
        {(scenario.Attempts.Count > 1 ? Markup.Of($"<h3>Attempt {attempt.Number}: {ScenarioSection.Word(attempt.Outcome)}</h3>") : Markup.None)}
        {(attempt.Reason is { } reason ? Markup.Of($"<pre>{PlainText.Of(reason, contents.Limits.Text)}</pre>") : attempt.Outcome is null ? Markup.Of($"<p>The attempt has no end: it was cut off.</p>") : Markup.None)}
        {(attempt.Reproduce is { } again ? Markup.Of($"<p>Run it again: <code>{PlainText.Line(again, 2000)}</code></p>") : Markup.None)}
        {Lanes()}
        {Steps()}
        {new MachineLogs(contents, attempt).Of()}
        {Pictures()}
        {Files()}
        </section>
        """);

    private Timeline? Timeline => contents.Timelines.FirstOrDefault(t => t.Scenario == scenario.Plan.Id && t.Attempt == attempt.Number);

    private Markup Lanes() => Timeline is { } timeline ? new AttemptLanes(timeline, attempt.Start, attempt.Stop).Of() : Markup.None;

    private Markup Steps() => attempt.Steps is [] ? Markup.None : Markup.Of($"<table class=\"steps\">{attempt.Steps.Select(Step)}</table>");

    private Markup Step(StepStory step)
    {
        var (from, took) = ((step.Begin.At - attempt.Start).TotalSeconds, (step.Stop - step.Begin.At).TotalSeconds);
        return Markup.Of($"""
            <tr><td>{(step.Begin.Step == 0 ? "" : $"{step.Begin.Step}")}</td><td>{(step.Outcome is Outcome.Passed ? Markup.None : Markup.Of($"<span class=\"tag {ScenarioSection.Kind(step.Outcome)}\">{(step.Outcome is { } outcome ? Wording.Of(outcome) : "no end")}</span> "))}{PlainText.Line(step.Begin.Title)}{(step.Begin.Machine is { } machine ? Markup.Of($" <span class=\"faint\">({PlainText.Line(machine)})</span>") : Markup.None)}{Detail(step)}{Meanwhile(step)}</td><td><div class="bar"><i class="{ScenarioSection.Kind(step.Outcome)}" style="left:{Math.Min(99.5, from / seconds * 100):0.##}%;width:{took / seconds * 100:0.##}%"></i></div></td><td class="time">{Wording.Seconds(took)}</td></tr>
            """);
    }

    /// <summary>What a step that did not pass has to say may be long, and is what people look for.</summary>
    private Markup Detail(StepStory step) => step.Detail is not { Length: > 0 } detail ? Markup.None
        : step.Outcome is Outcome.Passed ? Markup.Of($"<span class=\"says\">{PlainText.Line(detail, 300)}</span>")
        : Markup.Of($"<pre>{PlainText.Of(detail, contents.Limits.Text)}</pre>");

    private static Markup Meanwhile(StepStory step)
    {
        const int most = 12;
        var more = step.Meanwhile.Count - most;
        return step.Meanwhile is [] ? Markup.None : Markup.Of($"""
            <ul class="meanwhile">{step.Meanwhile.Take(most).Select(line => Markup.Of($"<li>{PlainText.Line(line.Line, 240)}</li>"))}{(more > 0 ? Markup.Of($"<li>… {more} more in {EventLog.FileName}</li>") : Markup.None)}</ul>
            """);
    }

    /// <summary>Screens as they were at the end, and pictures of clusters.</summary>
    private IEnumerable<Markup> Pictures()
    {
        if (passed && attempt.Files.All(file => !file.EndsWith(".svg", StringComparison.Ordinal)))
            yield break;
        foreach (var file in attempt.Files.Where(file => Path.GetExtension(file) is ".png" or ".svg").DistinctBy(file => Path.ChangeExtension(file, null)))
            if (Picture(file) is { } data)
                yield return Markup.Of($"<h3>{PlainText.Line(Short(file))}</h3><img class=\"picture\" alt=\"{PlainText.Line(Short(file))}\" src=\"data:{(Path.GetExtension(file) == ".png" ? "image/png" : "image/svg+xml")};base64,{new Markup(Convert.ToBase64String(data))}\">");
    }

    private byte[]? Picture(string file)
    {
        try
        {
            var path = new FileInfo(Path.Combine(contents.Story.Folder, file));
            return path.Exists && path.Length <= contents.Limits.Picture ? File.ReadAllBytes(path.FullName) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Markup Files() => attempt.Files is [] ? Markup.None : Markup.Of($"""
        <h3>Files</h3><ul class="list files">{attempt.Files.Select(file => Address(file) is { } address ? Markup.Of($"<li><a href=\"{address}\">{PlainText.Line(Short(file))}</a></li>") : Markup.Of($"<li>{PlainText.Line(file)}</li>"))}</ul>
        """);

    /// <summary>Without scenario and attempt, which stand above.</summary>
    private static string Short(string file) => string.Join('/', file.Split('/').Skip(2)) is { Length: > 0 } rest ? rest : file;

    /// <summary>Relative to the page, whatever is in the name; <see langword="null"/>: it does not lie below the run's folder.</summary>
    private static string? Address(string file) =>
        file.Split('/') is var parts && parts.Any(part => part is "" or "." or "..") ? null : $"./{string.Join('/', parts.Select(part => Uri.EscapeDataString(PlainText.Line(part))))}";
}
