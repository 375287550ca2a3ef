using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;
using Kola.Machines.Qemu.Qmp;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu;

/// <summary>A real QEMU under TCG with a guest of one sector.</summary>
[Category("qemu")]
internal sealed class RealQemuTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private string folder = null!;
    private MachineEnvironment environment = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare()
    {
        folder = Directory.CreateTempSubdirectory("kola-test").FullName;
        environment = new()
        {
            Qemu = await QemuInstallation.LocateAsync(Stop),
            Accelerator = new(AcceleratorKind.Tcg, "test"),
            Firmware = new FirmwareCatalog(null, null),
            LogDirectory = Path.Combine(folder, "logs"),
            Time = TimeProvider.System,
            Scope = await ProcessScope.StartAsync(Path.Combine(folder, "state"), TimeProvider.System, Stop),
        };
    }

    [TearDown]
    public async Task Clean()
    {
        await environment.Scope.DisposeAsync();
        Directory.Exists(environment.Scope.Directory).Should().BeFalse();
        Directory.Exists(environment.Scope.DiskDirectory).Should().BeFalse();
        Directory.Delete(folder, recursive: true);
    }

    private Machine Machine(Func<MachineSpec, MachineSpec>? with = null)
    {
        var spec = new MachineSpec { Name = "guest", Image = SerialGuest.Write(folder), Firmware = FirmwareKind.Bios, MemoryBytes = 64 << 20, Cpus = 1 };
        return new(with?.Invoke(spec) ?? spec, environment);
    }

    private static Task<T> Within<T>(Machine machine, string awaiting, Func<CancellationToken, Task<T>> action) =>
        machine.GuardAsync(awaiting, Bound, action, Stop);

    private static async Task<long> PromptAsync(Machine machine, long from = 0) =>
        (await Within(machine, "the prompt", token => machine.Console.WaitForAsync(new Regex("^> $"), from, token))).End;

    private static Task TypeAsync(Machine machine, string keys) => machine.Console.WriteAsync(Encoding.ASCII.GetBytes(keys), Stop);

    [Test]
    public async Task The_console_is_kept_from_its_first_byte()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        await PromptAsync(machine);
        machine.Console.Text.Should().Contain("guest up\n> ");
        (await File.ReadAllTextAsync(machine.Console.LogPath, Stop)).Should().Contain("guest up\r\n> ");
        (await machine.Qmp.ExecuteAsync(new QueryStatus(), Stop)).Running.Should().BeTrue();
    }

    [Test]
    public async Task A_reset_goes_on_in_the_same_log()
    {
        await using var machine = Machine();
        var changes = new List<string>();
        machine.Changed += change => changes.Add(change.State);
        await machine.StartAsync(Stop);
        var first = await PromptAsync(machine);
        await machine.ResetAsync(Stop);
        var second = await PromptAsync(machine, first);
        await TypeAsync(machine, "r");
        await PromptAsync(machine, second);
        Regex.Count(machine.Console.Text, "guest up").Should().Be(3);
        // SeaBIOS itself resets once more when it finds that it has run before.
        changes.Should().HaveCountGreaterThanOrEqualTo(4).And.StartWith(["created", "started"]);
        changes.Skip(2).Should().OnlyContain(state => state == "reset");
        machine.LastChange.Detail.Should().Be("by the guest");
    }

    [Test]
    public async Task A_shutdown_by_the_guest_is_off_and_not_dead()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        await PromptAsync(machine);
        await TypeAsync(machine, "o");
        await machine.WaitForOffAsync(Bound, Stop);
        machine.State.Should().Be(MachineState.Off);
        machine.LastChange.Should().BeEquivalentTo(new { State = "shutdown", Detail = "by the guest" });
        machine.Faulted.IsCompleted.Should().BeFalse();
        await machine.Invoking(m => PromptAsync(m, m.Console.Position)).Should().ThrowAsync<MachineFaultException>().WithMessage("*powered-off*the prompt*");
    }

    [Test]
    public async Task A_guest_that_ignores_its_power_button_is_quit_and_boots_again()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        var first = await PromptAsync(machine);
        (await machine.PowerOffAsync(TimeSpan.FromMilliseconds(50), Stop)).Should().Be(PowerOffManner.Quit);
        machine.State.Should().Be(MachineState.Off);
        await machine.StartAsync(Stop);
        await PromptAsync(machine, first);
        Regex.Count(await File.ReadAllTextAsync(machine.Console.LogPath, Stop), "guest up").Should().Be(2);
        (await File.ReadAllTextAsync(Path.Combine(machine.LogDirectory, "console.times.jsonl"), Stop)).Should().Contain("power-on").And.Contain("power-off");
    }

    [TestCase(DiskBus.VirtioBlk)]
    [TestCase(DiskBus.Nvme)]
    [TestCase(DiskBus.Scsi)]
    public async Task What_the_guest_wrote_is_there_after_a_clean_stop_and_the_image_is_not_written(DiskBus bus)
    {
        await using var machine = Machine(spec => spec with { BootBus = bus, BootDiskBytes = 8 << 20 });
        var image = await File.ReadAllBytesAsync(machine.Spec.Image.Path, Stop);
        await machine.StartAsync(Stop);
        var end = await PromptAsync(machine);
        await TypeAsync(machine, "wK");
        end = await PromptAsync(machine, end);
        await machine.PowerOffAsync(TimeSpan.Zero, Stop);
        await machine.StartAsync(Stop);
        end = await PromptAsync(machine, end);
        await TypeAsync(machine, "s");
        await PromptAsync(machine, end);
        machine.Console.Tail(2)[0].Should().Be("> K");
        (await File.ReadAllBytesAsync(machine.Spec.Image.Path, Stop)).Should().Equal(image);
    }

    [Test]
    public async Task A_power_cut_ends_QEMU_and_the_machine_starts_again()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        var first = await PromptAsync(machine);
        var pid = machine.ProcessId!.Value;
        await machine.PowerCutAsync(Stop);
        ProcessIdentity.StartTimeOf(pid).Should().BeNull();
        machine.LastChange.State.Should().Be("stopped");
        machine.Faulted.IsCompleted.Should().BeFalse();
        await machine.StartAsync(Stop);
        await PromptAsync(machine, first);
    }

    [Test]
    public async Task A_panic_ends_a_wait_at_once_with_its_line()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        var end = await PromptAsync(machine);
        var waiting = machine.GuardAsync("SSH", TimeSpan.FromHours(1), token => machine.Console.WaitForAsync(new Regex("never"), 0, token), Stop);
        await TypeAsync(machine, "p");
        var thrown = (await waiting.Invoking(task => task).Should().ThrowAsync<MachineFaultException>()).Which;
        thrown.Fault.Name.Should().Be("kernel-panic");
        thrown.Message.Should().Contain("SSH").And.Contain("Kernel panic - not syncing: test");
        (await machine.Faulted).Name.Should().Be("kernel-panic");
    }

    [Test]
    public async Task An_allowed_panic_ends_no_wait()
    {
        await using var machine = Machine();
        machine.AllowFaults(["kernel-panic"]);
        await machine.StartAsync(Stop);
        var end = await PromptAsync(machine);
        await TypeAsync(machine, "p");
        await Within(machine, "the panic", token => machine.Console.WaitForAsync(new Regex("panic - not syncing: test$"), end, token));
        machine.Faulted.IsCompleted.Should().BeFalse();
    }

    [Test]
    public async Task A_killed_QEMU_is_a_dead_machine()
    {
        await using var machine = Machine();
        await machine.StartAsync(Stop);
        await PromptAsync(machine);
        using var qemu = System.Diagnostics.Process.GetProcessById(machine.ProcessId!.Value);
        qemu.Kill();
        var waiting = () => machine.GuardAsync("SSH", TimeSpan.FromHours(1), token => machine.Console.WaitForAsync(new Regex("never"), 0, token), Stop);
        (await waiting.Should().ThrowAsync<MachineDiedException>()).Which.Message.Should().Contain("signal 9").And.Contain("SSH");
        machine.State.Should().Be(MachineState.Dead);
        await machine.StartAsync(Stop);
        machine.State.Should().Be(MachineState.Running);
    }

    [Test]
    public async Task QEMU_names_the_port_it_picked_for_SSH()
    {
        await using var one = Machine(spec => spec with { Name = "one" });
        await using var two = Machine(spec => spec with { Name = "two", Network = new() { ExtraNics = 2 } });
        await one.StartAsync(Stop);
        await two.StartAsync(Stop);
        var (first, second) = (await one.SshEndpointAsync(Stop), await two.SshEndpointAsync(Stop));
        first.Address.Should().Be(System.Net.IPAddress.Loopback);
        first.Port.Should().BeGreaterThan(0).And.NotBe(second.Port);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(second, Stop);
    }

    [Test]
    public async Task A_screenshot_is_a_PNG_where_there_is_a_display()
    {
        await using var machine = Machine(spec => spec with { Graphics = true });
        await machine.StartAsync(Stop);
        await PromptAsync(machine);
        var path = await machine.ScreenshotAsync(Path.Combine(folder, "shot.png"), Stop);
        (await File.ReadAllBytesAsync(path!, Stop)).Should().StartWith([0x89, (byte)'P', (byte)'N', (byte)'G']);
        await using var blind = Machine(spec => spec with { Name = "blind" });
        await blind.StartAsync(Stop);
        (await blind.ScreenshotAsync(Path.Combine(folder, "none.png"), Stop)).Should().BeNull();
    }

    [Test]
    public async Task A_refused_command_line_says_what_QEMU_said()
    {
        await using var machine = Machine(spec => spec with { Cpus = 100_000 });
        await machine.Invoking(m => m.StartAsync(Stop)).Should().ThrowAsync<HostException>().WithMessage("*exit code 1*SMP CPUs*qemu.cmd*");
        machine.State.Should().Be(MachineState.Off);
    }

    [Test]
    public async Task A_machine_with_everything_starts()
    {
        await using var machine = Machine(spec => spec with
        {
            Tpm = true,
            Graphics = true,
            ExtraDisks = [new("a,b", 1 << 20), new("nvme1", 1 << 20, DiskBus.Nvme), new("scsi1", 1 << 20, DiskBus.Scsi)],
            Network = new() { Internet = true, ExtraNics = 1, Served = [new("10.0.2.100", 80, 8080)] },
            Attachments =
            [
                new QemuAttachment.FwCfg("opt/org.example/config", "{\"a\": 1, \"b\": 2}"u8.ToArray()),
                new QemuAttachment.SmbiosOemString("io.systemd.credential:a=b,c"),
                new QemuAttachment.SeedDisk("cidata", new Dictionary<string, byte[]> { ["user-data"] = "#cloud-config\n"u8.ToArray(), ["meta-data"] = [] }),
            ],
        });
        await machine.StartAsync(Stop);
        var end = await PromptAsync(machine);
        await machine.PowerCutAsync(Stop);
        await machine.StartAsync(Stop);
        await PromptAsync(machine, end);
    }

    [TestCase(FirmwareKind.Uefi)]
    [TestCase(FirmwareKind.UefiSecureBoot)]
    public async Task UEFI_firmware_runs_and_keeps_its_variables(FirmwareKind kind)
    {
        environment = environment with { Firmware = FirmwareCatalog.Locate() };
        await using var machine = Machine(spec => spec with { Firmware = kind, MemoryBytes = 256 << 20 });
        await machine.StartAsync(Stop);
        await Within(machine, "the firmware", token => machine.Console.WaitForAsync(new Regex("BdsDxe|UEFI|Shell>"), 0, token));
        await machine.PowerCutAsync(Stop);
        var variables = Directory.GetFiles(environment.Scope.DiskDirectory, "vars.fd", SearchOption.AllDirectories).Single();
        var written = await File.ReadAllBytesAsync(variables, Stop);
        written.Should().NotEqual(await File.ReadAllBytesAsync(environment.Firmware.For(kind)!.Variables, Stop));
        // A mark in the last byte, which is spare space of the flash.
        written[^1] = 0x5a;
        await File.WriteAllBytesAsync(variables, written, Stop);
        await machine.StartAsync(Stop);
        (await File.ReadAllBytesAsync(variables, Stop))[^1].Should().Be(0x5a);
    }
}
