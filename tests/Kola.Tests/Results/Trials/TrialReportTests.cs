using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Trials;
using NUnit.Framework;

namespace Kola.Tests.Results.Trials;

/// <summary>What <c>kola doctor --try</c> makes of the records of its run.</summary>
internal sealed class TrialReportTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public void Each_path_that_a_machine_comes_up_by_is_measured()
    {
        var report = TrialReport.Of([.. Plan("kvm"), .. Boot(12), .. Clone(1, "cold", 14), .. Clone(2, "clone", 1.5), .. Clone(3, "clone", 2.5), .. Update(20, 9), .. Power(0.8, 11)]);

        report.Measures.Select(measure => measure.Seconds).Should().Equal(12, 2.5, 20, 9, 0.8, 11);
        report.IsAsExpected.Should().BeTrue();
        report.ToMarkdown(["some processor"]).Should().StartWith("### kola doctor --try: 6 of 6 as expected\n").And.Contain("| boots from its image until it answers | 12.0 s | 30 s | ok |").And.Contain("- some processor\n").And.NotContain("busy");
    }

    [Test]
    public void What_is_slower_than_it_should_be_is_named_and_emulation_has_bounds_of_its_own()
    {
        RunEvent[] slow = [.. Boot(200), .. Clone(1, "clone", 20), .. Update(200, 200), .. Power(20, 200)];

        var kvm = TrialReport.Of([.. Plan("kvm"), .. slow]);
        kvm.IsAsExpected.Should().BeFalse();
        kvm.ToMarkdown([]).Should().StartWith("### kola doctor --try: 0 of 6 as expected").And.Contain("| installs an update | 200.0 s | 60 s | **slower** |");
        TrialReport.Of([.. Plan("tcg"), .. slow]).IsAsExpected.Should().BeTrue();
    }

    [Test]
    public void What_failed_is_told_and_what_did_not_come_to_pass_is_not_seen()
    {
        var report = TrialReport.Of([.. Plan("kvm"), Begun("try.boot", 0), Ended("try.boot", 60, Outcome.Failed, "node: the machine\nstopped", 0.4)]);

        report.IsAsExpected.Should().BeFalse();
        report.ToMarkdown([]).Should().Contain("| boots from its image until it answers | — | 30 s | not seen |").And.Contain("- try.boot: failed: node: the machine stopped").And.Contain("at most 40 % of its time: the host is busy");
    }

    [Test]
    public void An_image_that_is_not_updated_is_booted_and_cloned()
    {
        var report = TrialReport.Of([.. Plan("kvm", "try.boot", "try.clone[number=1]"), .. Boot(3), .. Clone(1, "clone", 1)]);

        report.Measures.Should().HaveCount(2);
        report.IsAsExpected.Should().BeTrue();
    }

    private static RunEvent[] Plan(string accelerator, params string[] scenarios) =>
    [
        new RunPlanned
        {
            At = Start, Run = "r", Kola = "1", Seed = 1, Host = new() { Accelerator = accelerator, AcceleratorReason = "it is so", QemuVersion = "10.0", Cpus = 4, MemoryBytes = 8L << 30 },
            Scenarios = [.. (scenarios is [] ? ["try.boot", "try.clone[number=1]", "try.update", "try.power"] : scenarios).Select(id => new PlannedScenario { Id = id, Name = id, Summary = "s", File = "f", Sha256 = "0" })],
        },
    ];

    private static RunEvent[] Boot(double seconds) => [Begun("try.boot", 0), Step("try.boot", seconds, 1, "run", seconds), Ended("try.boot", seconds)];

    private static RunEvent[] Clone(int number, string path, double seconds) =>
    [
        Begun($"try.clone[number={number}]", 100), new MachineOrigin { At = Start.AddSeconds(100), Scenario = $"try.clone[number={number}]", Attempt = 1, Machine = "node", Path = path },
        Step($"try.clone[number={number}]", 100 + seconds, 1, "run", 0.1), Ended($"try.clone[number={number}]", 100 + seconds),
    ];

    private static RunEvent[] Update(double update, double reboot) =>
    [
        Begun("try.update", 200), Started("try.update", 200, 2, "update"), Step("try.update", 300, 2, "update", update), Started("try.update", 300, 4, "reboot"), Step("try.update", 400, 4, "reboot", reboot),
        Ended("try.update", 400),
    ];

    private static RunEvent[] Power(double resume, double up) =>
    [
        Begun("try.power", 500), Started("try.power", 500 + resume, 1, "power-cut"), Started("try.power", 510, 2, "power-on"), Step("try.power", 600, 2, "power-on", up), Ended("try.power", 600),
    ];

    private static AttemptStarted Begun(string scenario, double at) => new() { At = Start.AddSeconds(at), Scenario = scenario, Attempt = 1 };

    private static StepStarted Started(string scenario, double at, int step, string kind) => new() { At = Start.AddSeconds(at), Scenario = scenario, Attempt = 1, Step = step, Kind = kind, Title = kind, Location = "f:1:1" };

    private static StepFinished Step(string scenario, double at, int step, string kind, double seconds) =>
        new() { At = Start.AddSeconds(at), Scenario = scenario, Attempt = 1, Step = step, Outcome = Outcome.Passed, Seconds = seconds, Detail = kind };

    private static AttemptFinished Ended(string scenario, double at, Outcome outcome = Outcome.Passed, string? reason = null, double waited = 0) =>
        new() { At = Start.AddSeconds(at), Scenario = scenario, Attempt = 1, Outcome = outcome, Seconds = 1, Reason = reason, Starvation = new("node", 10, waited, 0, 0) };
}
