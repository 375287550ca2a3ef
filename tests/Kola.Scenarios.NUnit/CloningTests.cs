using System.Globalization;
using FluentAssertions;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Scenarios.NUnit;

/// <summary>Clones of a template are machines of their own, and a template hides nothing that a boot would show.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CloningTests
{
    private static readonly string[] Identities = ["cat /etc/machine-id", "cat /etc/ssh/ssh_host_ed25519_key.pub", "od -An -N16 -tx1 /dev/urandom", "cat /proc/sys/kernel/random/uuid"];

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test, Category("clone")]
    public async Task Two_clones_of_one_template_differ_in_all_that_makes_a_machine_and_reboot_through_their_firmware()
    {
        using var folder = new ScenarioText("""
            scenario: clones.differ
            summary: Says who it is
            timeout: 5m
            image: kola-os
            machines:
              node: { memory: 768MiB }
            steps:
              - run: cat /etc/machine-id
              - run: cat /etc/ssh/ssh_host_ed25519_key.pub
              - run: od -An -N16 -tx1 /dev/urandom
              - run: cat /proc/sys/kernel/random/uuid
              - run: date +%s.%N
              - reboot: soft
              - expect: { boots: 2, failed-units: [], slot: A }
              - run: cat /etc/machine-id
              - run: cat /etc/ssh/ssh_host_ed25519_key.pub
            """);

        var one = await ScenarioSession.RecordAsync(folder.Case, cold: false, Stop);
        var two = await ScenarioSession.RecordAsync(folder.Case, cold: false, Stop);

        Template(one).Should().Be(Template(two), "both are clones of one template");
        for (var step = 1; step <= Identities.Length; step++)
            Seen(one, step).Detail.Should().NotBeNullOrEmpty().And.NotBe(Seen(two, step).Detail, "{0} says who a machine is", Identities[step - 1]);
        foreach (var run in new[] { one, two })
        {
            var clock = DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(Seen(run, 5).Detail!, CultureInfo.InvariantCulture));
            clock.Should().BeCloseTo(Seen(run, 5).At, TimeSpan.FromSeconds(10), "the clock stood since the template was made");
            Seen(run, 8).Detail.Should().Be(Seen(run, 1).Detail, "the identity is on the disk");
            Seen(run, 9).Detail.Should().Be(Seen(run, 2).Detail);
        }
    }

    [Test, Category("clone")]
    public async Task A_TPM_is_cloned_and_forked_with_its_registers()
    {
        using var folder = new ScenarioText("""
            scenario: clones.tpm
            summary: Says what its TPM has measured
            timeout: 5m
            image: kola-os
            machines:
              node: { memory: 768MiB, tpm: true }
            steps:
              - run: paste -d " " /sys/class/tpm/tpm0/pcr-sha256/0 /sys/class/tpm/tpm0/pcr-sha256/11
              - checkpoint: here
              - run: paste -d " " /sys/class/tpm/tpm0/pcr-sha256/0 /sys/class/tpm/tpm0/pcr-sha256/11
              - reboot: soft
              - expect: { boots: 2, failed-units: [] }
            """);

        var run = await ScenarioSession.RecordAsync(folder.Case, cold: false, Stop);

        Template(run).Should().NotBeNull();
        // Measured by the firmware in the boot that the template was made of.
        Seen(run, 1).Detail.Should().MatchRegex("[1-9A-F]");
        Seen(run, 3).Detail.Should().Be(Seen(run, 1).Detail);
    }

    [TestCase(true), TestCase(false), Category("clone")]
    public async Task A_unit_that_fails_at_boot_fails_the_scenario_by_either_path(bool cold)
    {
        // Each path has a file of its own, so that neither finds anything of the other.
        using var folder = new ScenarioText($$"""
            scenario: clones.hide-nothing
            summary: A unit fails at boot
            timeout: 5m
            image: kola-os
            machines:
              node:
                ignition:
                  ignition: { version: 3.3.0 }
                  systemd:
                    units:
                      - { name: broken.service, enabled: true, contents: "[Service]\nType=oneshot\nExecStart=/bin/false\nEnvironment=PATH_TAKEN={{cold}}\n[Install]\nWantedBy=multi-user.target\n" }
            steps:
              - run: "true"
            """);

        var run = await ScenarioSession.RecordAsync(folder.Case, cold, Stop);

        var attempt = run.OfType<AttemptFinished>().Should().ContainSingle().Subject;
        attempt.Outcome.Should().Be(Outcome.Failed);
        attempt.Reason.Should().Contain("broken.service");
        run.OfType<MachineOrigin>().Should().OnlyContain(origin => origin.Path == "cold", "what is not ready makes no template");
    }

    private static string Template(IReadOnlyList<RunEvent> run)
    {
        run.OfType<AttemptFinished>().Should().ContainSingle().Which.Outcome.Should().Be(Outcome.Passed, "{0}", run.OfType<AttemptFinished>().Single().Reason);
        return run.OfType<MachineOrigin>().Last(origin => origin.Path == "clone").State!;
    }

    private static StepFinished Seen(IReadOnlyList<RunEvent> run, int step) => run.OfType<StepFinished>().Single(finished => finished.Step == step);
}
