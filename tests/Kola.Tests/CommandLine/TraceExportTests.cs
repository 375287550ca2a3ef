using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Servers;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>Traces of a run, as a collector of OpenTelemetry gets them, and what becomes of a run whose collector does not answer.</summary>
[Parallelizable]
internal sealed class TraceExportTests
{
    private KolaSandbox kola = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Make()
    {
        kola = new("cont: print hello\\n");
        kola.Write("scenarios/t.one.yaml", """
            scenario: t.one
            summary: A scenario of a test
            timeout: 10m
            image: os:1
            machines:
              node: {ready: false}
            steps:
              - console: {seen: hello}
                timeout: 2m
            """);
    }

    [TearDown]
    public void Clean() => kola.Dispose();

    [Test]
    public async Task A_collector_that_is_named_gets_the_run()
    {
        List<(string Path, string? Key, JsonNode Body)> got = [];
        await using var collector = new LoopbackHost(TimeProvider.System);
        await collector.StartAsync(
            async http =>
            {
                var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
                lock (got)
                    got.Add((http.Request.Path, http.Request.Headers["x-key"], body!));
            },
            Stop);
        kola.With("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{collector.Port}/").With("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b").With("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=lab");

        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(0);

        var (path, key, request) = got.Should().ContainSingle().Subject;
        (path, key).Should().Be(("/v1/traces", "a b"));
        var spans = request["resourceSpans"]![0]!;
        spans["resource"]!["attributes"]!.AsArray().Select(a => $"{a!["key"]}={a["value"]!["stringValue"]}").Should().Contain("service.name=kola").And.Contain("deployment.environment=lab");
        spans["scopeSpans"]![0]!["spans"]!.AsArray().Select(span => (string)span!["name"]!).Should().Contain("t.one").And.Contain("attempt 1").And.Contain("boot node");
    }

    [Test]
    public async Task Without_a_collector_nothing_is_told() => (await kola.RunAsync(["run"], Stop)).Complaint.Should().NotContain("trace");

    [Test]
    public async Task A_collector_that_never_answers_costs_three_seconds_and_no_verdict()
    {
        await using var collector = new LoopbackHost(TimeProvider.System);
        await collector.StartAsync(http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default), Stop);
        kola.With("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{collector.Port}");

        var run = await kola.RunAsync(["run"], Stop);

        run.Code.Should().Be(0);
        run.Complaint.Should().Contain("no trace was sent: timed out after 3 s waiting for http://127.0.0.1:");
    }

    [TestCase("http://127.0.0.1:1", "no trace was sent to http://127.0.0.1:1/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT): ")]
    [TestCase("nowhere", "'nowhere/v1/traces' is not an address that begins with http://")]
    public async Task A_collector_that_is_not_there_is_told_and_changes_nothing(string endpoint, string told)
    {
        var run = await kola.With("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).RunAsync(["run"], Stop);

        run.Code.Should().Be(0);
        run.Complaint.Should().Contain(told);
    }
}
