using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Snapshots;
using NUnit.Framework;

namespace Kola.Tests.Machines.Snapshots;

/// <summary>What makes a saved machine another one.</summary>
internal sealed class MachineFingerprintTests
{
    private static readonly string Sha256 = new('a', 64);
    private FakeMachines machines = null!;
    private MachineEnvironment environment = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        machines = await FakeMachines.StartAsync(Stop);
        environment = machines.Environment([]);
    }

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task The_same_machine_is_the_same_wherever_its_files_are()
    {
        var elsewhere = environment with { LogDirectory = Path.Combine(machines.Folder, "elsewhere") };

        (await OfAsync(Spec, environment)).Should().Be(await OfAsync(Spec, elsewhere));
        (await OfAsync(Served(1000), environment)).Should().Be(await OfAsync(Served(2000), environment), "the host's ports are other ones in each run");
        (await OfAsync(InLab("/run/one"), environment)).Should().Be(await OfAsync(InLab("/run/two"), environment), "so are its sockets");
    }

    [Test]
    public async Task Whatever_the_guest_could_see_makes_it_another()
    {
        var blob = new QemuAttachment.FwCfg("opt/config", [1]);
        MachineSpec[] others =
        [
            Spec with { Name = "other" }, Spec with { Cpus = 3 }, Spec with { MemoryBytes = 2L << 30 }, Spec with { BootDiskBytes = 1 << 30 }, Spec with { BootBus = DiskBus.Scsi },
            Spec with { ExtraDisks = [new("data", 1 << 20)] }, Spec with { ExtraDisks = [new("data", 2 << 20)] }, Spec with { Graphics = true }, Spec with { Tpm = true }, Spec with { Network = new() { Internet = true } },
            Served(1000), InLab("/run/one"), Spec with { Attachments = [blob] }, Spec with { Attachments = [blob with { Content = [2] }] }, Spec with { Attachments = [new QemuAttachment.SmbiosOemString("text")] },
        ];

        var texts = new List<string> { await OfAsync(Spec, environment) };
        foreach (var other in others)
            texts.Add(await OfAsync(other, environment));
        texts.Add(await new MachineFingerprint(environment, Digests).OfAsync(Spec, new string('b', 64), Stop));

        texts.Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void NVMe_disks_cannot_be_saved_and_a_TPM_and_a_lab_network_can()
    {
        Machine.WhyNotSavable(Spec).Should().BeNull();
        Machine.WhyNotSavable(InLab("/run/one")).Should().BeNull();
        Machine.WhyNotSavable(Spec with { Tpm = true }).Should().BeNull();
        Machine.WhyNotSavable(Spec with { BootBus = DiskBus.Nvme }).Should().Contain("NVMe");
        Machine.WhyNotSavable(Spec with { ExtraDisks = [new("data", 1 << 20, DiskBus.Nvme)] }).Should().Contain("NVMe");
    }

    [Test]
    public async Task Another_QEMU_makes_it_another_even_of_the_same_version()
    {
        var before = await OfAsync(Spec, environment);
        await File.AppendAllTextAsync(environment.Qemu.Path, "# patched\n", Stop);

        (await OfAsync(Spec, environment)).Should().NotBe(before);
        (await OfAsync(Spec, environment with { Qemu = environment.Qemu with { Version = new(11, 0) } })).Should().NotBe(before);
    }

    private MachineSpec Spec => new() { Name = "node", Image = new(machines.Image, DiskFormat.Raw), Firmware = FirmwareKind.Bios };

    private string Digests => Path.Combine(machines.Folder, "digests");

    private MachineSpec Served(int port) => Spec with { Network = new() { Served = [new("10.0.2.100", 80, port)] } };

    private MachineSpec InLab(string socket) => Spec with { Network = new() { Lab = [new("lab", socket)] } };

    private Task<string> OfAsync(MachineSpec spec, MachineEnvironment on) => new MachineFingerprint(on, Digests).OfAsync(spec, Sha256, Stop);
}
