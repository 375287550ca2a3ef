using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Stories;
using Kola.Results.Timelines;
using Kola.Results.Traces;
using Kola.Tests.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Traces;

public sealed class RunTraceTests
{
    private static readonly Dictionary<string, string> Resource = new() { ["service.name"] = "kola" };

    [Test]
    public void Run_scenario_attempt_step_and_boot_are_spans_below_each_other()
    {
        var spans = Spans(null);

        string Parent(JsonNode span) => (string?)spans.SingleOrDefault(other => (string?)other["spanId"] == (string?)span["parentSpanId"])?["name"] ?? "";
        spans.Select(span => ((string)span["name"]!, Parent(span), (int)span["status"]!["code"]!)).Should().Equal(
            ("run run-1", "", 2), ("t.one", "run run-1", 2), ("attempt 1", "t.one", 2), ("bring up node", "attempt 1", 1), ("first", "attempt 1", 2), ("boot node", "attempt 1", 1));
        spans.Select(span => (string)span["traceId"]!).Distinct().Should().ContainSingle().Which.Should().HaveLength(32);
        spans.Should().OnlyContain(span => ((string)span["spanId"]!).Length == 16 && long.Parse((string)span["endTimeUnixNano"]!) >= long.Parse((string)span["startTimeUnixNano"]!));
        ((string)spans[1]["status"]!["message"]!).Should().Be("it did not");
        spans[1]["attributes"]!.AsArray().Select(a => $"{a!["key"]}={a["value"]!["stringValue"]}").Should().Contain("test.case.name=t.one").And.Contain("test.case.result.status=fail");
    }

    [Test]
    public void A_pipeline_s_trace_is_gone_on_with()
    {
        var root = Spans("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")[0];

        ((string)root["traceId"]!).Should().Be("0af7651916cd43dd8448eb211c80319c");
        ((string)root["parentSpanId"]!).Should().Be("b7ad6b7169203331");
    }

    [Test]
    public void The_same_run_is_the_same_trace() => Spans(null).Select(span => span.ToJsonString()).Should().Equal(Spans(null).Select(span => span.ToJsonString()));

    private static JsonNode[] Spans(string? within)
    {
        var events = new Recording().Plan("t.one", "t.untried")
            .Add(new AttemptStarted { Scenario = "t.one", Attempt = 1 })
            .Add(new StepStarted { Scenario = "t.one", Attempt = 1, Step = 0, Kind = "machines", Title = "bring up node" })
            .Add(new MachineChanged { Scenario = "t.one", Attempt = 1, Machine = "node", State = "started" })
            .Add(new MachineChanged { Scenario = "t.one", Attempt = 1, Machine = "node", State = "ready" })
            .Add(new StepFinished { Scenario = "t.one", Attempt = 1, Step = 0, Outcome = Outcome.Passed, Seconds = 1 })
            .Step("t.one", 1, 1, "first", Outcome.Failed)
            .Add(new AttemptFinished { Scenario = "t.one", Attempt = 1, Outcome = Outcome.Failed, Seconds = 4, Reason = "it did not" })
            .End().Run.Events;
        return [.. RunTrace.Requests(RunStory.Of("/nowhere", events), TimelineReader.OfAttempts(events), Resource, within)
            .SelectMany(body => JsonNode.Parse(body)!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray()).Select(span => span!)];
    }
}
