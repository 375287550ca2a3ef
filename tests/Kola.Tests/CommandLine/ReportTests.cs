using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Tests.Results.Allure;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>Where a run's summary goes, and what <c>kola report</c> remembers of earlier runs.</summary>
[Parallelizable]
internal sealed class ReportTests
{
    private const string Told = "{\"uuid\":\"u\",\"name\":\"NAME\",\"timestamp\":1,\"knownTestCaseIds\":[],\"testResults\":{},\"metrics\":{},\"url\":\"\"}";

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_job_of_GitHub_gets_the_summary_behind_what_others_wrote_there()
    {
        using var kola = Sandbox();
        kola.With("GITHUB_STEP_SUMMARY", kola.Write("step-summary", "of another step\n"));

        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(1);
        var afterRun = await File.ReadAllTextAsync(kola["step-summary"], Stop);
        (await kola.RunAsync(["gate"], Stop)).Code.Should().Be(1);
        var afterGate = await File.ReadAllTextAsync(kola["step-summary"], Stop);

        afterRun.Should().StartWith("of another step\n## Kola: 1 of 2 passed").And.Contain("| ❌ | `t.two` | failed |").And.Contain("run it again: `ci/kola run t.two");
        afterGate.Should().StartWith(afterRun);
        afterGate[afterRun.Length..].Should().StartWith("## ❌ Gate of what was booted failed: it may not ship").And.Contain("| ❌ | `t.two` | failed | required |");
    }

    [Test]
    public async Task A_summary_that_cannot_be_written_is_told_and_changes_no_outcome()
    {
        using var kola = Sandbox();
        kola.With("GITHUB_STEP_SUMMARY", kola["."]);

        var ended = await kola.RunAsync(["run", "t.one"], Stop);

        ended.Code.Should().Be(0);
        ended.Complaint.Should().Contain("(GITHUB_STEP_SUMMARY)");
    }

    [Test]
    public async Task What_Allure_cannot_read_of_its_history_is_forgotten_and_a_report_made_again_counts_once()
    {
        using var kola = Sandbox();
        kola.With("KOLA_ALLURE", FakeAllure(kola));
        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(1);
        var name = $"Kola run {new DirectoryInfo(kola["state/runs/latest"]).LinkTarget}";
        var earlier = Told.Replace("NAME", "earlier", StringComparison.Ordinal);
        await File.WriteAllTextAsync(kola["state/allure-history.jsonl"], $"{earlier}\n{Told.Replace("NAME", name, StringComparison.Ordinal)}\nnull\n[]\n{{\"name\":\"x\"}}\n\0\u0001\n{{\"uuid\": \"torn", Stop);

        var report = await kola.RunAsync(["report"], Stop);

        report.Code.Should().Be(0);
        report.Complaint.Should().Contain("5 of 7 reports in ").And.Contain("cannot be read and are forgotten");
        // As it was when Allure was called.
        (await File.ReadAllTextAsync(kola["seen-history"], Stop)).Should().Be($"{earlier}\n");
    }

    [Test]
    public async Task A_history_that_cannot_be_opened_costs_the_page_its_history_only()
    {
        using var kola = Sandbox();
        kola.With("KOLA_ALLURE", FakeAllure(kola));
        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(1);
        Directory.CreateDirectory(kola["state/allure-history.jsonl"]);

        var report = await kola.RunAsync(["report"], Stop);

        report.Code.Should().Be(0);
        report.Complaint.Should().Contain("the page has no history");
        File.Exists(kola["seen-history"]).Should().BeFalse();
    }

    [Test, Category("allure"), Category("browser")]
    public async Task The_real_Allure_goes_on_from_what_an_earlier_run_came_to_over_a_torn_line()
    {
        RealAllure.Need();
        using var kola = Sandbox();
        kola.With("KOLA_ALLURE", RealAllure.Program);
        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(1);
        (await kola.RunAsync(["report"], Stop)).Code.Should().Be(0);
        await File.AppendAllTextAsync(kola["state/allure-history.jsonl"], "{\"uuid\": \"torn", Stop);
        kola.Write("play", "cont: print hello\\n");
        (await kola.RunAsync(["run"], Stop)).Code.Should().Be(0);

        var report = await kola.RunAsync(["report"], Stop);

        report.Code.Should().Be(0, report.Complaint);
        var runs = (await File.ReadAllLinesAsync(kola["state/allure-history.jsonl"], Stop)).Select(line => JsonNode.Parse(line)!["testResults"]!.AsObject()).ToArray();
        runs.Should().HaveCount(2);
        // The same test in both, by what Allure compares; otherwise it would show no history.
        runs[0].Select(result => result.Key).Should().BeEquivalentTo(runs[1].Select(result => result.Key));
        runs.Select(run => (string?)run.Single(result => (string?)result.Value!["name"] == "t.two").Value!["status"]).Should().Equal("failed", "passed");
    }

    /// <summary>Makes an empty page, and shows which history it was given.</summary>
    private static string FakeAllure(KolaSandbox kola)
    {
        var program = kola.Write("allure", $$"""
            #!/bin/bash
            while (($#)); do
              case $1 in
                --output) mkdir -p "$2"; touch "$2/index.html"; shift ;;
                --history-path) cp "$2" '{{kola["seen-history"]}}'; shift ;;
              esac
              shift
            done

            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return program;
    }

    private static KolaSandbox Sandbox()
    {
        var kola = new KolaSandbox("cont: print a bad hello\\n");
        kola.Write("ci/gate.yaml", "required: [{paths: [scenarios]}]\n");
        foreach (var (name, console) in new[] { ("t.one", "{seen: hello}"), ("t.two", "{seen: hello, never: bad}") })
            kola.Write($"scenarios/{name}.yaml", $$"""
                scenario: {{name}}
                summary: A scenario of a test
                timeout: 10m
                image: os:1
                machines:
                  node: {ready: false}
                steps:
                  - console: {{console}}
                    timeout: 2m
                """);
        foreach (var variable in new[] { "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "GITHUB_STEP_SUMMARY", "KOLA_SIGNING_KEY" })
            kola.With(variable, "");
        return kola;
    }
}
