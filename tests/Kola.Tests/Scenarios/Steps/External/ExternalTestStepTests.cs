using FluentAssertions;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Steps.External;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.External;

/// <summary>The contract between an external test and Kola, over a real SSH server.</summary>
internal sealed class ExternalTestStepTests
{
    private FakeGuest guest = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => guest = await FakeGuest.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await guest.DisposeAsync();

    [Test]
    public async Task A_test_finds_its_name_its_unit_and_its_data_whose_links_are_followed()
    {
        var run = await guest.RunAsync(["basic.noop", "with-data"], Stop);

        run.Attempts.Select(attempt => attempt.Reason).Should().OnlyContain(reason => reason == null);
        run.Passed.Should().BeTrue();
        Printed(run, "with-data").Should().Be("ok the data is there\n-- it passed\n");
        File.Exists(Path.Combine(guest.Root, "usr/local/bin/kola-runext-noop")).Should().BeTrue();
    }

    [Test]
    public async Task A_test_reboots_twice_and_gets_back_each_mark_as_it_was()
    {
        var run = await guest.RunAsync(["reboots.twice"], Stop);

        run.Attempts.Should().ContainSingle().Which.Reason.Should().BeNull();
        guest.Restarts.Should().Be(2);
        guest.Events.OfType<StepFinished>().Last().Detail.Should().Be("over 2 reboots: 'first mark, \"with\" $HOME and spaces', 'second  mark'");
        Printed(run, "reboots.twice").Should().EndWith("-- after the reboot with the mark 'second  mark'\nok both marks\n-- it passed\n").And.NotContain("not reached");
    }

    [Test]
    public async Task A_test_restarts_its_user_space_alone()
    {
        var run = await guest.RunAsync(["reboots.user-space"], Stop);

        run.Attempts.Should().ContainSingle().Which.Reason.Should().BeNull();
        File.ReadAllText(Path.Combine(guest.Root, "boot")).Should().Be("0", "the kernel goes on");
        guest.Restarts.Should().Be(1);
    }

    [TestCase("basic.fails", "ext.my-project.basic.fails on node: it ended with exit code 3\nits last lines:\nexpected a cat, got a dog")]
    [TestCase("basic.skips", "ext.my-project.basic.skips on node: it ended with exit code 77, by which some test frameworks mean 'skipped'*what was not tested is not proven\nits last lines:\nnothing to test here")]
    [TestCase("shared.wants-reboot", "*it ended with exit code 1\nits last lines:\nthis test shares its machine with others, so it cannot reboot it*")]
    public async Task A_test_that_ends_otherwise_has_failed_and_says_how(string test, string reason)
    {
        var run = await guest.RunAsync([test], Stop);

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Match(reason);
        attempt.Reproduce.Should().StartWith($"ci/kola run ext.my-project.{test} --external ").And.Contain("tests/corpus/external/my-project ");
    }

    [Test]
    public async Task A_test_that_does_not_end_in_its_time_has_failed()
    {
        var run = await guest.RunAsync(["reboots.twice"], Stop, one => one with { Steps = [.. one.Steps.Select(step => step with { Timeout = TimeSpan.FromMilliseconds(1) })] });

        var attempt = run.Attempts.Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Match("ext.my-project.reboots.twice on node did not end within 0 s (timeoutMin): it still runs*");
    }

    [Test]
    public async Task Tests_that_share_a_machine_boot_it_once_and_each_has_its_own_outcome()
    {
        var run = await guest.RunAsync(["shared.apart", "basic.noop", "shared.two", "shared.three"], Stop);

        run.Passed.Should().BeTrue(string.Join('\n', run.Attempts.Select(attempt => attempt.Reason)));
        run.Attempts.Should().HaveCount(4);
        guest.Events.OfType<MachineChanged>().Count(change => change.State == "started").Should().Be(2, "one for all that share, one for the other");
        var origins = guest.Events.OfType<MachineOrigin>().Where(origin => origin.Scenario.Contains("shared", StringComparison.Ordinal)).ToArray();
        origins.Select(origin => origin.Path).Should().BeEquivalentTo("cold", "shared", "shared");
        var first = origins.Single(origin => origin.Path == "cold").Scenario;
        origins.Where(origin => origin.Path == "shared").Should().OnlyContain(origin => origin.Reason == $"goes on with the machine of {first}, whose folder has its console");
        foreach (var name in (string[])["apart", "two", "three"])
            Printed(run, $"shared.{name}").Should().Be($"ok {name}\n-- it passed\n");
    }

    [Test]
    public async Task A_failure_on_a_shared_machine_is_that_tests_alone_and_the_others_get_a_new_machine()
    {
        // Made to fail: its data is looked for where nothing is.
        ScenarioCase Break(ScenarioCase one) => one.Id.EndsWith("shared.three", StringComparison.Ordinal)
            ? one with { Steps = [((ExternalTestStep)one.Steps[0]) with { Executable = Path.Combine(Path.GetDirectoryName(((ExternalTestStep)one.Steps[0]).Executable)!, "..", "basic", "fails") }] }
            : one;

        var run = await guest.RunAsync(["shared.apart", "shared.two", "shared.three"], Stop, Break, retries: 1);

        run.Attempts.ToDictionary(attempt => attempt.Scenario.Split('.')[^1], attempt => attempt.Outcome).Should().BeEquivalentTo(
            new Dictionary<string, Outcome> { ["apart"] = Outcome.Passed, ["two"] = Outcome.Passed, ["three"] = Outcome.Failed });
        guest.Events.OfType<AttemptFinished>().Where(attempt => attempt.Scenario.EndsWith(".three", StringComparison.Ordinal)).Should().HaveCount(2, "it is tried again, on a machine of its own");
        guest.Events.OfType<MachineChanged>().Where(change => change.State == "started").Should().HaveCountLessThanOrEqualTo(3).And.HaveCountGreaterThanOrEqualTo(2);
        guest.Events.OfType<MachineChanged>().Count(change => change.State == "stopped").Should().Be(guest.Events.OfType<MachineChanged>().Count(change => change.State == "started"), "all are closed");
    }

    [Test]
    public async Task What_this_host_cannot_run_is_not_proven_and_boots_nothing()
    {
        // This guest takes no Ignition, which is not what is asked here.
        var run = await guest.RunAsync(["butane"], Stop, one => one with { Scenario = one.Scenario with { External = one.Scenario.External! with { NeedsIgnition = false } } });

        run.Attempts.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Outcome = Outcome.NotProven });
        run.Reasons().Should().Contain("butane is not installed");
        guest.Events.OfType<MachineChanged>().Should().BeEmpty();
    }

    [Test]
    public async Task What_does_not_apply_is_recorded_with_its_reason_and_not_tried()
    {
        var run = await guest.RunAsync(["basic.noop", "conditions.cloud"], Stop);

        run.Planned.Should().Be(1);
        guest.Events.OfType<RunPlanned>().Single().Scenarios.Single(scenario => scenario.Id.EndsWith(".cloud", StringComparison.Ordinal)).NotApplicable.Should().Contain("it is for the platforms aws, gcp");
    }

    [TestCase("plain", "plain")]
    [TestCase("a b", "a b")]
    [TestCase("\"$x\" `y` \\ '", "\\\"\\$x\\\" \\`y\\` \\\\ '")]
    public void A_mark_is_quoted_as_systemd_reads_it(string mark, string quoted) => TestUnit.Mark(mark).Should().Be($"AUTOPKGTEST_REBOOT_MARK=\"{quoted}\"\n");

    [TestCase("LoadState=loaded\nActiveState=active\nSubState=running\nExecMainCode=0", true, false, "it still runs")]
    [TestCase("LoadState=loaded\nActiveState=active\nSubState=exited\nExecMainCode=1\nExecMainStatus=0", false, true, "it passed")]
    [TestCase("LoadState=loaded\nActiveState=active\nSubState=exited\nResult=success\nExecMainCode=2\nExecMainStatus=15", false, false, "it was ended by signal 15 (success)")]
    [TestCase("LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainCode=1\nExecMainStatus=203", false, false, "it could not be started (exit code 203)*")]
    [TestCase("LoadState=not-found\nActiveState=inactive\nSubState=dead\nExecMainCode=0", false, false, "its unit was stopped before it ended*")]
    [TestCase("LoadState=loaded\nActiveState=active\nSubState=running\nKolaRequest=cmVib290CmEgYg==", true, false, "it asks for a reboot with the mark 'a b'")]
    public void How_a_test_is_can_be_told_from_its_unit(string text, bool runs, bool passed, string told)
    {
        var state = TestState.Parse(text);

        state.Should().BeEquivalentTo(new { Runs = runs, Passed = passed });
        state.ToString().Should().Match(told);
    }

    [Test]
    public void A_scenario_file_can_run_such_a_test_too()
    {
        using var folder = new TemporaryFolder();
        folder.Write("run.sh", "#!/bin/sh\n");
        var file = folder.Write("t.yaml", "scenario: t.one\nsummary: A scenario of a test\nimage: kola-os\nmachines: {node: {}}\nsteps:\n  - external-test: run.sh\n    timeout: 5m\n");

        ScenarioFile.Load(file).Expand()[0].Steps.Should().ContainSingle().Which.Should().BeOfType<ExternalTestStep>().Which.Title.Should().Be("external-test: run.sh");
    }

    private static string Printed(RunResult run, string test) => File.ReadAllText(Path.Combine(run.Folder.Attempt($"ext.my-project.{test}", 1), "node", $"ext.my-project.{test}.txt"));
}
