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
}
