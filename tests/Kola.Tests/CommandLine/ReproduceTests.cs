using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary><c>kola reproduce</c> and <c>kola report</c> of a run that was made, on the fake QEMU.</summary>
[Parallelizable]
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
        same.Complaint.Should().Contain($"all is as in run {run}").And.Contain("t.two: FAILED").And.Contain("--set word=hello").And.NotContain("t.one");
        failed.Complaint.Should().Contain("t.two: FAILED").And.NotContain("t.one", "it had passed");
        changed.Complaint.Should().Contain($"not as in run {run}:").And.Contain("text of t.two: then");
    }

    [Test]
    public async Task Settings_and_images_are_those_of_the_scenario_and_read_from_the_plan()
    {
        using var kola = new KolaSandbox("cont: print it's --set a='b'\\n");
        kola.Write("scenarios/t.two.yaml", Scenario("two"));
        kola.Write("it's an image.raw", new byte[2 << 20]);
        (await kola.RunAsync(["run", "t.two", "--set", "word=it's --set a='b'", "--image", "os=./it's an image.raw"], Stop)).Code.Should().Be(0);
        var then = Plan(kola);

        var again = await kola.RunAsync(["reproduce", $"{then.Run}/t.two"], Stop);

        // Quotes and options within a value have broken what was read from the printed command.
        again.Complaint.Should().Contain($"all is as in run {then.Run}");
        Plan(kola).Scenarios.Should().BeEquivalentTo(then.Scenarios, options => options.Excluding(s => s.ExpectedSeconds));
        then.Scenarios[0].Settings.Should().Equal(new Dictionary<string, string> { ["word"] = "it's --set a='b'" });
        then.Scenarios[0].ImageOverrides.Should().Equal(new Dictionary<string, string> { ["os"] = "./it's an image.raw" });
    }

    [Test]
    public async Task One_of_several_turns_and_a_file_elsewhere_are_found_again()
    {
        using var kola = new KolaSandbox("cont: print a bad hello\\n");
        kola.Write("scenarios/t.one.yaml", Scenario("two").Replace("t.two", "t.one", StringComparison.Ordinal));
        kola.Write("elsewhere/t.two.yaml", Scenario("two"));
        (await kola.RunAsync(["run", "t.one", "--repeat", "2", "--set", "word=hello"], Stop)).Complaint.Should().Contain("t.one[turn=2]: FAILED").And.Contain("2 failed");

        var turn = await kola.RunAsync(["reproduce", $"{Plan(kola).Run}/t.one[turn=2]"], Stop);
        var outside = await kola.RunAsync(["run", kola["elsewhere/t.two.yaml"], "--set", "word=hello"], Stop);
        var again = await kola.RunAsync(["reproduce", Plan(kola).Run], Stop);

        turn.Complaint.Should().Contain("all is as in run").And.Contain("reproduce: ci/kola run t.one ").And.Contain("1 failed");
        outside.Complaint.Should().MatchRegex(@"reproduce: ci/kola run \S*elsewhere/t\.two\.yaml --set word=hello --seed");
        again.Complaint.Should().Contain("all is as in run").And.Contain("t.two: FAILED");
    }

    [Test]
    public async Task A_setting_of_another_scenario_does_not_stand_in_the_way()
    {
        using var kola = new KolaSandbox("cont: print a bad hello\\n");
        kola.Write("scenarios/t.one.yaml", Scenario("one"));
        kola.Write("scenarios/t.two.yaml", Scenario("two").Replace("parameters: {word: never comes}\n", "", StringComparison.Ordinal).Replace("${word}", "hello", StringComparison.Ordinal));
        (await kola.RunAsync(["run", "--set", "word=hello"], Stop)).Complaint.Should().Contain("t.two: FAILED").And.NotContain("--set");

        var again = await kola.RunAsync(["reproduce", Plan(kola).Run], Stop);

        again.Complaint.Should().Contain("t.two: FAILED").And.NotContain("has a parameter");
        again.Code.Should().Be(1);
    }

    [Test]
    public async Task A_run_of_an_older_Kola_is_not_reproduced_by_guess()
    {
        using var kola = new KolaSandbox();
        Directory.CreateDirectory(kola["state/runs/old"]);
        await using (var log = new EventLog(kola["state/runs/old/events.jsonl"], TimeProvider.System))
        {
            log.Write(new RunPlanned
            {
                Run = "old",
                Kola = "0.1",
                Seed = 1,
                Host = new() { Accelerator = "kvm", AcceleratorReason = "test", QemuVersion = "10.0", Cpus = 2, MemoryBytes = 1 << 30 },
                Scenarios = [new() { Id = "t.one", Name = "t.one", Summary = "", File = "t.one.yaml", Sha256 = "" }],
            });
            log.Write(new AttemptStarted { Scenario = "t.one", Attempt = 1 });
            log.Write(new AttemptFinished { Scenario = "t.one", Attempt = 1, Outcome = Outcome.Failed, Seconds = 1, Reproduce = "ci/kola run 't.one' --seed 1" });
        }

        var ended = await kola.RunAsync(["reproduce", "old"], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain("an older Kola").And.Contain("it printed: ci/kola run 't.one' --seed 1");
    }

    [TestCase("nowhere", "run nowhere not found")]
    [TestCase("nowhere/t.one", "run nowhere/t.one not found")]
    public async Task What_is_not_there_is_a_usage_error(string asked, string complaint)
    {
        using var kola = new KolaSandbox();

        var ended = await kola.RunAsync(["reproduce", asked], Stop);

        ended.Code.Should().Be(3);
        ended.Complaint.Should().Contain(complaint);
    }

    private static RunPlanned Plan(KolaSandbox kola) => (RunPlanned)EventLog.Read(kola["state/runs/latest/events.jsonl"]).First();

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
