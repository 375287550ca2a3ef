using Kola.Results.Events;
using Kola.Results.Timelines;

namespace Kola.Results.Pages;

/// <summary>The timeline of one attempt: its steps, and below them what each machine was.</summary>
internal sealed class AttemptLanes(Timeline timeline, DateTimeOffset start, DateTimeOffset stop)
{
    private const int Colours = 4;

    private readonly double seconds = Math.Max(0.001, (stop - start).TotalSeconds);
    private readonly List<string> releases = [.. timeline.Machines.SelectMany(machine => machine.Spans).OrderBy(span => span.From).Select(span => span.Release).OfType<string>().Distinct()];

    public Markup Of() => timeline.Steps is [] && timeline.Machines is [] ? Markup.None : Markup.Of($"""
        <div class="lanes"><div class="lane"><span>steps</span><div class="track">{timeline.Steps.Select(Step)}</div></div>{timeline.Machines.Select(Machine)}{timeline.Networks.Select(Network)}<div class="axis"><span>0:00</span><span>{Clock(seconds / 2)}</span><span>{Clock(seconds)}</span></div></div>
        """);

    private Markup Step(TimelineStep step)
    {
        var kind = step.Outcome is Outcome.Passed ? "" : $" {ScenarioSection.Kind(step.Outcome)}";
        return Span(step.From, step.To, $"step{kind}", $"{step.Number}", $"step {step.Number}: {PlainText.Line(step.Title)}, {Wording.Seconds((step.To - step.From).TotalSeconds)}");
    }

    private Markup Machine(MachineLane machine) => Markup.Of($"""
        <div class="lane"><span title="{PlainText.Line(machine.Name)}">{PlainText.Line(machine.Name)}</span><div class="track">{machine.Spans.Select(State)}</div></div>
        """);

    private Markup State(StateSpan span)
    {
        var (kind, text) = span.State switch
        {
            LaneState.Off => ("off", "off"),
            LaneState.Booting => ("booting", "booting"),
            LaneState.Up when span.Release is { } release => ($"up{releases.IndexOf(release) % Colours}", $"release {release}"),
            LaneState.Up => ("up0", "up"),
        };
        return Span(span.From, span.To, kind, text, $"{text}, {Clock((span.From - start).TotalSeconds)} to {Clock((span.To - start).TotalSeconds)}");
    }

    private Markup Network(TimelineSpan span) => Markup.Of($"""
        <div class="lane"><span>network</span><div class="track">{Span(span.From, span.To, "step warn", span.Text, span.Text)}</div></div>
        """);

    private Markup Span(DateTimeOffset from, DateTimeOffset to, string kind, string text, string hint)
    {
        var left = Math.Clamp((from - start).TotalSeconds / seconds * 100, 0, 99.8);
        var width = Math.Clamp((to - from).TotalSeconds / seconds * 100, 0, 100 - left);
        // A text needs room; where there is none it is told by the pointer.
        return Markup.Of($"<i class=\"{kind}\" style=\"left:{left:0.##}%;width:{width:0.##}%{(width < 2 ? ";padding:0" : "")}\" title=\"{PlainText.Line(hint)}\">{(width < 2 ? "" : PlainText.Line(text, 80))}</i>");
    }

    private static string Clock(double time) => $"{(int)time / 60}:{(int)time % 60:00}";
}
