using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.ExternalTests;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.External;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.ExternalTests;

/// <summary>External tests of coreos-assembler's kola become scenarios, with what they ask for.</summary>
internal sealed class ExternalProjectTests
{
    private FurtherScenarios project = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task Read() => project = await ExternalCorpus.ReadAsync("my-project", CancellationToken.None);

    [Test]
    public void Every_executable_is_a_test_with_its_name_and_test_sh_alone_is_its_folder()
    {
        project.Problems.Should().BeEmpty();
        project.Scenarios.Select(scenario => scenario.Name[15..]).Should().BeEquivalentTo(
            "basic.fails", "basic.noop", "basic.skips", "butane", "conditions.cloud", "conditions.kernel-arguments", "conditions.multipath", "conditions.other-distro", "conditions.special",
            "ignition", "reboots.twice", "reboots.user-space", "shared.apart", "shared.larger", "shared.one", "shared.three", "shared.two", "shared.wants-reboot", "with-data");
        project.Notes.Should().ContainSingle().Which.Should().EndWith("conditions/notes.sh begins as a script and is not executable, so it is no test; chmod +x it if it is to be one");
    }

    [Test]
    public void A_test_says_by_JSON_or_YAML_what_it_is()
    {
        var noop = Scenario("basic.noop");
        noop.Summary.Should().Be("Nothing is done, and that works");
        noop.Tags.Should().Equal("external", "quick");
        Scenario("basic.fails").Summary.Should().Be("External test ext.my-project.basic.fails passes");

        var twice = Case("reboots.twice");
        twice.Scenario.Tags.Should().Equal("external", "reboots");
        twice.Timeout.Should().Be(TimeSpan.FromMinutes(20));
        twice.Steps.Should().ContainSingle().Which.Should().BeOfType<ExternalTestStep>()
            .Which.Should().BeEquivalentTo(new { Test = "ext.my-project.reboots.twice", Number = 0, Timeout = (TimeSpan?)TimeSpan.FromMinutes(15), Title = "external-test: ext.my-project.reboots.twice" });
        Case("basic.noop").Steps[0].Timeout.Should().Be(TimeSpan.FromMinutes(10));
    }

    [Test]
    public void A_folders_json_says_it_of_tests_that_say_nothing()
    {
        var machine = Case("ignition").Machines.Should().ContainSingle().Subject;

        machine.Image.Should().Be("candidate");
        machine.Ignition!.Config["storage"]!["files"]![0]!["path"]!.GetValue<string>().Should().Be("/etc/animal");
        machine.Network.Should().BeEquivalentTo(new { Internet = true, ExtraNics = 1 });
        machine.Disk.AtLeast!.Value.Bytes.Should().Be(8L << 30);
        machine.Disks.Should().HaveCount(2);
        machine.Disks["disk1"].Should().BeEquivalentTo(new { Bus = DiskBusName.Virtio, Size = new { Bytes = 5L << 30 } });
        machine.Disks["data"].Should().BeEquivalentTo(new { Bus = DiskBusName.Nvme, Size = new { Bytes = 1L << 30 } });
        Case("shared.larger").Machines[0].Memory.Bytes.Should().Be(2L << 30);
    }

    [Test]
    public void Those_that_are_not_exclusive_share_a_machine_but_for_other_needs_and_conflicts()
    {
        ILookup<string?, string> machines = project.Scenarios.ToLookup(scenario => scenario.External!.Shares, scenario => scenario.Name.Split('.')[^1]);

        machines.Where(machine => machine.Key is not null).Select(machine => string.Join(' ', machine)).Should().BeEquivalentTo("apart three two", "larger", "one", "wants-reboot");
        machines[Scenario("shared.two").External!.Shares].Select(name => ((ExternalTestStep)Case($"shared.{name}").Steps[0]).Number).Should().BeEquivalentTo([1, 2, 3], "each has a unit of its own");
    }

    [TestCase("basic.noop", "debian-cloud", null)]
    [TestCase("conditions.kernel-arguments", "fedora-coreos-stable", "appendKernelArgs (enforcing=0) is not supported: Kola boots the image by its own boot loader and changes nothing of it")]
    [TestCase("conditions.cloud", "fedora-coreos-stable", "it is for the platforms aws, gcp, and Kola's machines are qemu")]
    [TestCase("conditions.other-distro", "kola-os", "it is for the distros fcos, and the image is kola-os")]
    [TestCase("conditions.other-distro", "fedora-coreos-stable", null)]
    [TestCase("reboots.user-space", "fedora-coreos-stable", null)]
    [TestCase("conditions.multipath", "fedora-coreos-stable", "the option 'mpath' of primaryDisk is not supported; Kola knows channel=virtio, channel=nvme and channel=scsi")]
    [TestCase("ignition", "debian-cloud", "it brings an Ignition config, which debian-cloud does not take")]
    [TestCase("ignition", "fedora-coreos-stable", null)]
    public void What_Kola_or_the_image_cannot_do_is_a_reason_and_never_left_out(string test, string image, string? reason)
    {
        var judged = new ResolvedImage
        {
            Name = image,
            Disk = new("/none", DiskFormat.Raw),
            Sha256 = "",
            Architecture = "x86_64",
            Firmware = FirmwareKind.Uefi,
            Provisioning = image == "debian-cloud" ? ProvisioningKind.CloudInit : ProvisioningKind.Ignition,
            User = "root",
            VirtualSize = 1 << 30,
        };

        Scenario(test).External!.WhyNot(judged).Should().Equal(reason is null ? [] : [reason]);
        Scenario("basic.noop").External!.WhyNot(judged with { Architecture = "aarch64" }).Should().Equal($"it is for the architectures x86_64, and {image} is for aarch64");
    }

    [Test]
    public async Task Butane_is_translated_where_it_is_installed_and_asked_for_where_it_is_not()
    {
        Scenario("butane").External!.Unready.Should().Contain("butane/config.bu is a Butane config and butane is not installed").And.Contain("install butane");
        Scenario("butane").External!.NeedsIgnition.Should().BeTrue();

        using var folder = new TemporaryFolder();
        var program = Program(folder, "cat > \"$3\" <<'END'\n{\"ignition\": {\"version\": \"3.3.0\"}}\nEND\n[ \"$1\" = --strict ] && grep -q 'variant: fcos'");
        var translated = (await ExternalCorpus.ReadAsync("my-project", Stop, program)).Scenarios.Single(scenario => scenario.Name.EndsWith(".butane", StringComparison.Ordinal));

        translated.External!.Unready.Should().BeNull();
        translated.Expand()[0].Machines[0].Ignition!.Config["ignition"]!["version"]!.GetValue<string>().Should().Be("3.3.0");

        var refused = await ExternalCorpus.ReadAsync("my-project", Stop, Program(folder, "echo 'error at line 2: no such version' >&2; exit 1"));
        refused.Problems.Should().ContainSingle().Which.ToString().Should().EndWith("butane/config.bu:1:1: butane refuses it: error at line 2: no such version");
    }

    [Test]
    public async Task What_is_wrong_is_told_with_its_place()
    {
        var mistakes = await ExternalCorpus.ReadAsync("mistakes", Stop);

        mistakes.Scenarios.Should().BeEmpty();
        mistakes.Problems.Select(problem => problem.ToString().Split("/tests/kola/")[^1]).Should().SatisfyRespectively(
            problem => problem.Should().StartWith("broken-json/test.sh:2:23: not JSON: "),
            problem => problem.Should().StartWith("conflicts/test.sh:3:6: 'conflicts' is only for a test that shares its machine"),
            problem => problem.Should().StartWith("disks/test.sh:3:28: got 'big'; expected a size in GiB or MiB such as 5G"),
            problem => problem.Should().StartWith("folder-json/kola.json:2:18: got 'much'; expected "),
            problem => problem.Should().StartWith("two-comments/test.sh:4:1: a second '## kola:' (first at line 2)"),
            problem => problem.Should().StartWith("unknown-key/json:3:24: unknown key 'isolation'; expected exclusive, architectures,"),
            problem => problem.Should().StartWith("unknown-key/yaml:5:6: unknown key 'timoutMin'; expected ").And.EndWith("did you mean 'timeoutMin'?"));
    }

    [Test]
    public async Task Another_file_of_its_data_makes_it_another_test()
    {
        using var folder = new TemporaryFolder();
        var test = Program(folder, "true", "p/tests/kola/a/run");
        folder.Write("p/tests/kola/a/data/file", "one");
        Task<FurtherScenarios> ReadAsync() => new ExternalProject(folder["p"], ReleaseRoles.None).ReadAsync(Stop);
        var before = (await ReadAsync()).Scenarios.Single();
        folder.Write("p/tests/kola/a/data/file", "two");
        var after = (await ReadAsync()).Scenarios.Single();

        before.Should().BeEquivalentTo(new { Name = "ext.p.a.run", Path = test });
        before.ShownIn("/somewhere").Should().Be("p/tests/kola/a/run");
        after.Sha256.Should().NotBe(before.Sha256).And.HaveLength(64);
    }

    [Test]
    public async Task A_folder_without_tests_is_refused()
    {
        using var folder = new TemporaryFolder();

        await FluentActions.Awaiting(() => new ExternalProject(folder.Path, ReleaseRoles.None).ReadAsync(Stop)).Should().ThrowAsync<InputException>().WithMessage("*there is no folder*tests/kola*");
        folder.Write("tests/kola/a/run", "#!/bin/sh\n");
        await FluentActions.Awaiting(() => new ExternalProject(folder.Path, ReleaseRoles.None).ReadAsync(Stop)).Should().ThrowAsync<InputException>().WithMessage("*no executable file*chmod +x*");
    }

    [Test]
    public void A_test_with_a_required_tag_runs_only_when_it_is_meant()
    {
        using var folder = new TemporaryFolder();
        string[] Selected(ScenarioSelection selection) =>
            [.. ScenarioCatalog.Discover(folder.Path, further: project).Select(selection).Select(one => one.Id).Where(id => id.StartsWith("ext.my-project.conditions", StringComparison.Ordinal))];

        Selected(new()).Should().HaveCount(4).And.NotContain("ext.my-project.conditions.special");
        Selected(new() { Names = ["ext.my-project.conditions"] }).Should().HaveCount(4);
        Selected(new() { Names = ["ext.my-project.conditions.special"] }).Should().HaveCount(1);
        Selected(new() { Tags = ["special"] }).Should().Equal("ext.my-project.conditions.special");
        Selected(new() { All = true }).Should().HaveCount(5);
    }

    private static string Program(TemporaryFolder folder, string script, string name = "butane")
    {
        var file = folder.Write(name, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return file;
    }

    private Scenario Scenario(string name) => project.Scenarios.Single(scenario => scenario.Name == $"ext.my-project.{name}");

    private ScenarioCase Case(string name) => Scenario(name).Expand().Single();
}
