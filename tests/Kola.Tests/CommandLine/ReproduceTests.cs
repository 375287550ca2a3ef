using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>kola reproduce</c> and <c>kola report</c> of a run that was made, on the fake QEMU.</summary>
internal sealed class ReproduceTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task What_failed_is_run_again_as_it_was_and_what_differs_is_told()
    {
        using var kola = new KolaSandbox("cont: print a bad hello\\n");
        foreach (var name in new[] { "one", "two" })
            kola.Write($"scenarios/t.{name}.yaml", Scenario(name));
        (await kola.RunAsync(["run", "--set", "word=hello"], Stop)).Code.Should().Be(1);
        var run = new DirectoryInfo(kola["state/runs/latest"]).LinkTarget!;

        var same = await kola.RunAsync(["reproduce", $"{run}/t.two"], Stop);
        var failed = await kola.RunAsync(["reproduce", run], Stop);
        kola.Write("scenarios/t.two.yaml", Scenario("two") + "\n# changed\n");
        var changed = await kola.RunAsync(["reproduce", $"{kola["state/runs"]}/{run}/t.two"], Stop);

        same.Code.Should().Be(1);
        same.Complaint.Should().Contain($"all is as in run {run}").And.Contain("t.two: FAILED").And.Contain("--set 'word=hello'").And.NotContain("t.one");
        failed.Complaint.Should().Contain("t.two: FAILED").And.NotContain("t.one", "it had passed");
        changed.Complaint.Should().Contain($"not as in run {run}:").And.Contain("text of t.two: then");
    }

    [TestCase("nowhere", "there is no run nowhere")]
    [TestCase("nowhere/t.one", "there is no run nowhere/t.one")]
    public async Task What_is_not_there_is_a_usage_error(string asked, string complaint)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(["reproduce", asked], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain(complaint);
    }

    private static string Scenario(string name) => $$"""
        scenario: t.{{name}}
        summary: A scenario of a test
        timeout: 10m
        parameters: {word: never comes}
        image: os:1
        machines:
          node: {ready: false}
        steps:
          - console: {seen: "${word}"{{(name == "two" ? ", never: bad" : "")}}}
            timeout: 2m
        """;
}
