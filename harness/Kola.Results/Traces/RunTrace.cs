using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Results.Timelines;

namespace Kola.Results.Traces;

/// <summary>A run as a trace of OpenTelemetry: the run, its scenarios, their attempts, their steps, and each boot of a machine are spans.</summary>
public sealed class RunTrace
{
    /// <summary>Spans of one request.</summary>
    private const int Batch = 500;

    private readonly RunStory story;
    private readonly ILookup<(string, int), Timeline> timelines;
    private readonly string trace;
    private readonly string? parent;

    private RunTrace(RunStory story, IReadOnlyList<Timeline> timelines, string? within)
    {
        (this.story, this.timelines) = (story, timelines.ToLookup(timeline => (timeline.Scenario, timeline.Attempt)));
        // W3C Trace Context: version, trace, span, flags.
        (trace, parent) = within?.Split('-') is ["00", { Length: 32 } outer, { Length: 16 } span, _] ? (outer, span) : (Id(story.Plan.Run, 16), (string?)null);
    }

    /// <summary>The bodies of the requests that export it, one after the other.</summary>
    /// <param name="resource">What the trace is of, beside what Kola says: <c>service.name</c> and the like.</param>
    /// <param name="within">A <c>traceparent</c> that the run is a part of.</param>
    public static IEnumerable<byte[]> Requests(RunStory story, IReadOnlyList<Timeline> timelines, IReadOnlyDictionary<string, string> resource, string? within)
    {
        var attributes = new TraceResource([.. resource.Select(one => TraceAttribute.Of(one.Key, one.Value))]);
        var scope = new TraceScope("kola", story.Plan.Kola);
        return new RunTrace(story, timelines, within).Spans().Chunk(Batch)
            .Select(spans => JsonSerializer.SerializeToUtf8Bytes(new TraceRequest([new(attributes, [new(scope, spans)])]), TraceJson.Written.TraceRequest));
    }

    private IEnumerable<TraceSpan> Spans()
    {
        var run = Id("run", 8);
        yield return Span(run, parent, $"run {story.Plan.Run}", story.Plan.At, story.Stop, story.Ended && story.Scenarios.All(s => s.Outcome is Outcome.Passed) ? Outcome.Passed : story.Scenarios.Any(s => s.Outcome is Outcome.Failed) ? Outcome.Failed : null, null,
            ("kola.run", story.Plan.Run), ("kola.accelerator", story.Plan.Host.Accelerator), ("kola.qemu", story.Plan.Host.QemuVersion), ("kola.seed", $"{story.Plan.Seed}"));
        foreach (var scenario in story.Scenarios.Where(scenario => scenario.Attempts is not []))
        {
            var id = scenario.Plan.Id;
            yield return Span(Id($"scenario/{id}", 8), run, id, scenario.Attempts[0].Start, scenario.Attempts[^1].Stop, scenario.Outcome, scenario.Attempts[^1].Reason,
                ("test.case.name", id), ("test.suite.name", scenario.Plan.Name), ("test.case.result.status", scenario.Outcome is Outcome.Passed ? "pass" : "fail"), ("kola.flaky", scenario.Flaky ? "true" : "false"));
            foreach (var span in scenario.Attempts.SelectMany(attempt => Attempt(id, attempt)))
                yield return span;
        }
    }

    private IEnumerable<TraceSpan> Attempt(string id, AttemptStory attempt)
    {
        var own = Id($"attempt/{id}/{attempt.Number}", 8);
        yield return Span(own, Id($"scenario/{id}", 8), $"attempt {attempt.Number}", attempt.Start, attempt.Stop, attempt.Outcome, attempt.Reason, ("test.case.name", id), ("kola.attempt", $"{attempt.Number}"));
        foreach (var (index, step) in attempt.Steps.Index())
            yield return Span(Id($"step/{id}/{attempt.Number}/{index}", 8), own, step.Begin.Title, step.Begin.At, step.Stop, step.Outcome, step.Detail,
                ("kola.step", $"{step.Begin.Step}"), ("kola.step.kind", step.Begin.Kind), ("kola.machine", step.Begin.Machine ?? ""));
        foreach (var timeline in timelines[(id, attempt.Number)])
            foreach (var machine in timeline.Machines)
                foreach (var boot in machine.Spans.Where(span => span.State is LaneState.Booting))
                    yield return Span(Id($"boot/{id}/{attempt.Number}/{machine.Name}/{boot.From.Ticks}", 8), own, $"boot {machine.Name}", boot.From, boot.To, Outcome.Passed, null, ("kola.machine", machine.Name));
    }

    private TraceSpan Span(string id, string? within, string name, DateTimeOffset from, DateTimeOffset to, Outcome? outcome, string? why, params (string Key, string Value)[] attributes) => new(
        trace, id, within, PlainText.Line(name, 200), Nanoseconds(from), Nanoseconds(to < from ? from : to),
        [.. attributes.Where(one => one.Value.Length > 0).Select(one => TraceAttribute.Of(one.Key, one.Value)), TraceAttribute.Of("kola.outcome", outcome is { } ended ? Wording.Of(ended) : "cut off")],
        outcome is Outcome.Passed ? new(1) : new(2, why is null ? null : PlainText.Of(why, 2000)));

    /// <summary>The same for the same run and place in it, in so many bytes: a trace sent again is the same trace.</summary>
    private string Id(string place, int bytes) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{story.Plan.Run}\n{place}")).AsSpan(0, bytes));

    private static string Nanoseconds(DateTimeOffset at) => ((at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100).ToString(CultureInfo.InvariantCulture);
}
