using FluentAssertions;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Guest;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps;

/// <summary>What a step is called where nobody gives it a name, and what is read from its short forms.</summary>
internal sealed class StepTitlesTests
{
    [TestCase("damage: { data: [A, B] }", "damage: data of slot A, B")]
    [TestCase("damage: { entry: \"2\", how: truncate }", "damage: truncate the boot entry of release 2")]
    [TestCase("inspect-disk: { slots: { A: \"1\" }, entries: { \"2\": { tries-left: 0, tries-done: 3 }, \"1\": good }, intact: [], bootable: [\"1\"], clean: true }",
        "inspect-disk: slot A 1, entry 2 0 left, 3 done, entry 1 good, no slot intact, bootable…")]
    [TestCase("canary: verify", "canary: verify /var/lib/kola-canary")]
    [TestCase("fill-disk: /efi\n    leave: 1MiB", "fill-disk: /efi, 1MiB left")]
    [TestCase("network: down\n    for: 20s", "network: down for 20 s")]
    [TestCase("reboot: own\n    by: watchdog", "reboot: own by watchdog")]
    [TestCase("fleet-lock: locks\n    groups: { default: 1 }\n    faults: [{ down: pre-reboot, times: 1 }]", "fleet-lock: locks, 1 of default, Down for PreReboot")]
    public void A_step_tells_what_it_does(string yaml, string title) => Load(yaml).Title.Should().Be(title);

    [TestCase("-400d", -400 * 24 * 3600)]
    [TestCase("+90m", 5400)]
    [TestCase("+0s", 0)]
    public void A_clocks_offset_has_sign_and_unit(string offset, long seconds) =>
        Load($"clock: {offset}").Should().BeOfType<ClockStep>().Which.Shift.Should().Be(TimeSpan.FromSeconds(seconds));

    [TestCase("clock: 400d", "an offset such as +400d")]
    [TestCase("damage: { entry: \"2\" }", "how")]
    [TestCase("damage: { data: [] }", "at least one entry")]
    [TestCase("reboot: own\n    by: magic", "watchdog")]
    public void A_mistake_is_told_with_what_was_expected(string yaml, string told) =>
        FluentActions.Invoking(() => Load(yaml)).Should().Throw<ScenarioException>().WithMessage($"*t.yaml:*{told}*");

    private static Step Load(string yaml)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("t.yaml", $"scenario: t.one\nsummary: A scenario of a test\ntimeout: 10m\nimage: kola-os\nmachines: {{ node: {{}} }}\nsteps:\n  - {yaml}\n");
        return ScenarioFile.Load(file).Expand()[0].Steps[0];
    }
}
