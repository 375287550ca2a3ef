using FluentAssertions;
using Kola.Tests.Scenarios.ExternalTests;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>--external</c> as a user calls it, on the fake QEMU.</summary>
internal sealed class ExternalOptionTests
{
    private static readonly string Project = ExternalCorpus.Folder("my-project"), Mistakes = ExternalCorpus.Folder("mistakes");

    private KolaSandbox kola = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare()
    {
        kola = new("cont: print hello\\n");
        kola.Write("images/catalog.yaml", """
            roles: {candidate: os:1}
            images:
              os: {summary: An image, release: "1", file: disk.raw, architecture: x86_64, firmware: bios, provisioning: ignition, adapter: systemd, user: root}
            """);
        kola.Scenario("t.one", "candidate");
        kola.Write("ci/gate.yaml", "required:\n  - scenarios: [ext.my-project.conditions.cloud, ext.my-project.butane]\n");
    }

    [TearDown]
    public void Clean() => kola.Dispose();

    [Test]
    public async Task They_are_listed_beside_the_projects_own()
    {
        var listed = await kola.RunAsync(["list", "--external", Project], Stop);

        listed.Code.Should().Be(0, listed.Complaint);
        listed.Stdout.Should().Contain("ext.my-project.basic.noop\texternal,quick\tNothing is done, and that works").And.Contain(line => line.StartsWith("t.one\t", StringComparison.Ordinal));
    }

    [Test]
    public async Task Lint_tells_every_mistake_of_theirs_and_counts_them_where_there_is_none()
    {
        var bad = await kola.RunAsync(["lint", "--external", Mistakes], Stop);
        bad.Code.Should().Be(1);
        bad.Complaint.Should().Contain("unknown-key/yaml:5:6: unknown key 'timoutMin'").And.Contain("broken-json/test.sh:2:23: not JSON");
        bad.Complaint.Split('\n').Count(line => line.StartsWith($"{Mistakes}/tests/kola/", StringComparison.Ordinal)).Should().Be(7);
        (await kola.RunAsync(["lint", "scenarios/t.one.yaml", "--external", Mistakes], Stop)).Code.Should().Be(1, "they were asked for");

        var good = await kola.RunAsync(["lint", "--external", Project], Stop);
        good.Stdout.Should().Contain("19 external tests are valid").And.Contain("the gate's policy is valid, 0 in quarantine");
        good.Code.Should().Be(0, good.Complaint);
    }

    [Test]
    public async Task A_gate_can_require_them_and_what_was_not_tested_does_not_pass()
    {
        var gate = await kola.RunAsync(["gate", "--external", Project], Stop);

        gate.Code.Should().Be(2, gate.Complaint);
        gate.Complaint.Should().Contain("ext.my-project.conditions.cloud").And.Contain("ext.my-project.butane").And.Contain("butane is not installed");
        foreach (var report in (string[])["junit.xml", "results.tap", "summary.md"])
            (await File.ReadAllTextAsync(kola[$"state/runs/latest/{report}"], Stop)).Should().Contain("ext.my-project.butane", report);

        var without = await kola.RunAsync(["gate"], Stop);
        without.Code.Should().NotBe(0);
        without.Complaint.Should().Contain("--external DIR");
    }

    [Test]
    public async Task A_run_that_did_not_pass_is_reproduced_with_its_project()
    {
        (await kola.RunAsync(["run", "ext.my-project.butane", "--external", Project], Stop)).Code.Should().Be(2);

        var again = await kola.RunAsync(["reproduce", "latest"], Stop);

        again.Code.Should().Be(2);
        again.Complaint.Should().Contain("butane is not installed");
    }
}
