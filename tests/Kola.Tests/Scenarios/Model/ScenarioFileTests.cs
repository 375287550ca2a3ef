using FluentAssertions;
using Kola.Machines;
using Kola.Scenarios.Model;
using Kola.Scenarios.Model.Values;
using Kola.Scenarios.Steps.Guest;
using Kola.Scenarios.Steps.Power;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

public sealed class ScenarioFileTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Everything_that_can_be_written_is_read()
    {
        var one = folder.Load(ScenarioFolder.Valid).Expand()[1];

        one.Id.Should().Be("test.valid[tpm=true]");
        one.Timeout.Should().Be(TimeSpan.FromMinutes(3));
        one.AllowedFaults.Should().Equal("kernel-panic");
        var machine = one.Machines[0];
        machine.Should().BeEquivalentTo(new
        {
            Name = "one",
            Image = "kola-os:1",
            Cpus = 2,
            Memory = new Size(1L << 30),
            Firmware = FirmwareKind.UefiSecureBoot,
            Tpm = true,
            Disk = new { Bus = DiskBusName.Nvme, Size = new Size(4L << 30) },
            Network = new { Internet = false, ExtraNics = 1 },
            Graphics = true,
            Start = true,
        });
        machine.Disks["data"].Size.Should().Be(new Size(2L << 30));
        machine.Ready.Should().BeEquivalentTo(new { Wait = true, AllowFailedUnits = new[] { "a.service" }, Timeout = TimeSpan.FromMinutes(2) });
        one.Machines[1].Should().BeEquivalentTo(new { Image = "kola-os", Start = false, Ready = new { Wait = false } });
        one.Steps.Select(step => step.Kind).Should().Equal(
            "run", "upload", "download", "reboot", "power-off", "power-on", "power-cut",
            "wait-for", "wait-for", "wait-for", "wait-for", "wait-for", "expect", "console", "compare",
            "serve", "sabotage", "update", "wait-for", "update", "update", "fall-back", "rollback", "requests", "power-cut", "power-cut", "network", "fleet-lock", "lab", "watch", "roll");
    }

    [Test]
    public void A_step_has_its_keys_its_machine_and_its_place()
    {
        var steps = folder.Load(ScenarioFolder.Valid).Expand()[0].Steps;

        var run = steps[0].Should().BeOfType<RunStep>().Subject;
        run.Should().BeEquivalentTo(new { On = new[] { "one" }, Title = "The daemon runs", Timeout = TimeSpan.FromSeconds(20), Exit = ExitExpectation.Success });
        run.Stdout!.EqualTo.Should().Be("active");
        (run.Location.Line, run.Location.Column).Should().Be((28, 5));
        steps.OfType<PowerOnStep>().Single().On.Should().Equal("one", "two");
        steps.OfType<WaitForStep>().First().Condition.Should().BeEquivalentTo(new { Unit = "x.service", State = UnitState.Active });
        var expect = steps.OfType<ExpectStep>().Single();
        expect.Release.Should().Be("1");
        expect.FailedUnits.Should().BeEmpty();
        expect.Files["/x"].State.Should().Be(FilePresence.Absent);
        expect.Files["/etc/hostname"].Should().BeEquivalentTo(new { Text = new { EqualTo = "node1" }, Mode = new UnixMode(0x1A4), Owner = "root" });
        steps.OfType<CompareStep>().Single().On.Should().Equal("one", "two");
    }

    [Test]
    public void The_only_machine_need_not_be_named()
    {
        var steps = folder.Load(ScenarioFolder.Minimal("  - run: a\n  - power-cut:\n  - power-on: node")).Expand().Single().Steps;

        steps.Should().AllSatisfy(step => step.On.Should().Equal("node"));
    }

    [Test]
    public void The_digest_is_of_the_bytes_of_the_file()
    {
        var scenario = folder.Load(ScenarioFolder.Minimal("  - run: 'true'"));

        scenario.Sha256.Should().Be(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(scenario.Path))));
    }

    [Test]
    public void A_step_without_a_name_has_a_short_title()
    {
        var steps = folder.Load(ScenarioFolder.Minimal("  - run: |\n      set -e\n      true\n  - expect: { boots: 1, slot: A }\n  - wait-for: { port: 80 }")).Expand().Single().Steps;

        steps.Select(step => step.Title).Should().Equal("run: set -e…", "expect: slot A, 1 boot", "wait-for: port 80");
    }

    [Test]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var problems = folder.Problems("""
            scenario: Boot
            sumary: x
            machines:
              node: { cpus: many, tpm: yes, memory: 1G }
            steps:
              - rum: a
              - run: a
                timeout: soon
                on: nod
            """);

        problems.Should().SatisfyRespectively(
            p => p.Should().Be("1:1: key 'summary' is missing; expected one sentence on one line"),
            p => p.Should().Be("1:11: got 'Boot'; expected a dotted name in lower case such as boot.uefi"),
            p => p.Should().StartWith("2:1: unknown key 'sumary'; expected scenario, summary,").And.EndWith("did you mean 'summary'?"),
            p => p.Should().Be("4:9: machine 'node' has no image; expected 'image' here or at the top of the file"),
            p => p.Should().Be("4:17: got 'many'; expected a whole number from 1 to 64"),
            p => p.Should().Be("4:28: got 'yes'; expected true or false"),
            p => p.Should().Be("4:41: got '1G'; expected a size such as 512MiB, 2GiB or 4GB"),
            p => p.Should().StartWith("6:5: no kind of step; expected one of the keys ").And.EndWith("did you mean 'run'?"),
            p => p.Should().Be("8:14: got 'soon'; expected a duration such as 500ms, 20s, 3m or 1h"),
            p => p.Should().Be("9:9: no machine is called 'nod'; expected one of node; did you mean 'node'?"));
    }

    [Test]
    public void Loading_an_invalid_file_throws_all_its_problems()
    {
        var load = () => folder.Load("scenario: x\n");

        load.Should().Throw<ScenarioException>().Which.Problems.Should().HaveCountGreaterThan(3);
    }

    [Test]
    public void A_file_that_does_not_exist_is_told_by_its_path()
    {
        var load = () => ScenarioFile.Load("/nowhere/x.yaml");

        load.Should().Throw<ScenarioException>().WithMessage("/nowhere/x.yaml:1:1: there is no such file");
    }
}
