using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Guests;

/// <summary>
/// Real boots of the reference OS, minutes each under emulation. Run by name, with KOLA_TEST_DISK naming a release's raw disk image.
/// </summary>
[TestFixture, Explicit("boots a machine; needs KOLA_TEST_DISK")]
public sealed class ReferenceOsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private string folder = null!;
    private MachineEnvironment environment = null!;
    private AccessKey key = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private ReadyOptions Patient => new() { Bound = environment.Accelerator.Scale(TimeSpan.FromSeconds(20)) };

    [SetUp]
    public async Task Prepare()
    {
        folder = Directory.CreateTempSubdirectory("kola-test").FullName;
        environment = await MachineEnvironment.PrepareAsync(Path.Combine(folder, "state"), Path.Combine(folder, "logs"), TimeProvider.System, Stop);
        key = await AccessKey.CreateAsync(folder, Stop);
    }

    [TearDown]
    public async Task Clean()
    {
        await environment.Scope.DisposeAsync();
        foreach (var log in Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories))
            await TestContext.Out.WriteLineAsync($"== {log}\n{await File.ReadAllTextAsync(log)}");
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Ignition_config_reboots_and_files()
    {
        var config = JsonNode.Parse("""
            {"ignition":{"version":"3.3.0"},
             "passwd":{"users":[{"name":"core","groups":["sudo"]}]},
             "storage":{"files":[{"path":"/etc/hostname","mode":420,"overwrite":true,"contents":{"source":"data:,node1%0A"}}]}}
            """);
        await using var machine = await MachineAsync(new ProvisioningConfig.Ignition(config), "root");
        await using var ssh = Session(machine, "root");
        var guest = GuestAdapters.Get("systemd-sysupdate");
        var readiness = new Readiness(machine, ssh, guest, TimeProvider.System);
        await machine.StartAsync(Stop);

        var first = await readiness.WaitAsync(Patient, Stop);
        await TestContext.Out.WriteLineAsync($"first boot: {first}");
        first.FailedUnits.Should().BeEmpty();
        (await guest.ReleaseAsync(ssh, Stop)).Should().Be(new GuestRelease("kola-os", "1", "A"));
        (await guest.AssessmentAsync(ssh, Stop)).Should().BeEquivalentTo(new { MarkedGood = true, TriesLeft = (int?)null });
        (await guest.UnitsAsync(ssh, ["ssh.service", "nope.service"], Stop)).Values.Select(u => u.ActiveState).Should().Equal("active", "inactive");
        (await guest.JournalAsync(ssh, "ssh.service", 3, Stop)).Should().NotBeEmpty();
        (await ssh.RunAsync("cat /etc/hostname; id core", Long, Stop)).Stdout.Should().StartWith("node1\n").And.Contain("(core)");
        var machineId = await guest.MachineIdAsync(ssh, Stop);

        await ssh.UploadAsync("/bin/true", "/root/some folder/true", Convert.ToInt32("755", 8), Long, Stop);
        (await ssh.RunAsync("'/root/some folder/true'", Long, Stop)).ExitCode.Should().Be(0);
        await ssh.DownloadAsync("/root/some folder/true", Path.Combine(folder, "back"), Long, Stop);
        (await File.ReadAllBytesAsync(Path.Combine(folder, "back"))).Should().Equal(await File.ReadAllBytesAsync("/bin/true"));

        foreach (var manner in new[] { RebootManner.Soft, RebootManner.Hard })
        {
            var again = await readiness.RebootAsync(manner, Patient, Stop);
            await TestContext.Out.WriteLineAsync($"{manner}: {again}");
            again.BootId.Should().NotBe(first.BootId);
            (await guest.MachineIdAsync(ssh, Stop)).Should().Be(machineId);
        }
    }

    [Test]
    public async Task Credentials_alone_let_kola_in_as_root()
    {
        await using var machine = await MachineAsync(new ProvisioningConfig.Credentials(new Dictionary<string, string> { ["kola.test"] = "a,b=ü\n" }), "root");
        await using var ssh = Session(machine, "root");
        await machine.StartAsync(Stop);

        await new Readiness(machine, ssh, GuestAdapters.Get("systemd-sysupdate"), TimeProvider.System).WaitAsync(Patient, Stop);

        (await ssh.RunAsync("systemd-creds --system cat kola.test", Long, Stop)).Stdout.Should().Be("a,b=ü\n");
    }

    [Test]
    public async Task A_bad_ignition_config_ends_the_wait_with_ignitions_words()
    {
        var bad = JsonNode.Parse("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"relative"}]}}""");
        await using var machine = await MachineAsync(new ProvisioningConfig.Ignition(bad) { Validate = false }, "root");
        await using var ssh = Session(machine, "root");
        await machine.StartAsync(Stop);

        var wait = () => new Readiness(machine, ssh, GuestAdapters.Get("systemd-sysupdate"), TimeProvider.System).WaitAsync(Patient, Stop);

        await wait.Should().ThrowAsync<MachineFaultException>();
        machine.Console.Text.Should().Contain("path not absolute");
    }

    private async Task<Machine> MachineAsync(ProvisioningConfig config, string user)
    {
        var disk = Environment.GetEnvironmentVariable("KOLA_TEST_DISK");
        if (disk is null)
            Assert.Inconclusive("KOLA_TEST_DISK is not set");
        var prepared = await new Provisioner().PrepareAsync(config, key, new() { User = user, HostName = "node1" }, Stop);
        return new(
            new MachineSpec { Name = "node1", Image = new(disk!, DiskFormat.Raw), BootDiskBytes = 8L << 30, Attachments = prepared.Attachments },
            environment);
    }

    private SshSession Session(Machine machine, string user) =>
        new(SshTarget.Of(machine), key, user, Path.Combine(folder, "ssh.log"), TimeProvider.System);
}
