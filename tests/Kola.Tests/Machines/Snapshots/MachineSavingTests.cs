using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Qemu;
using Kola.Machines.Qemu.Firmware;
using Kola.Machines.Qemu.Qmp;
using Kola.Machines.Snapshots;
using Kola.Tests.Machines.Qemu;
using NUnit.Framework;

namespace Kola.Tests.Machines.Snapshots;

/// <summary>A real QEMU under TCG with a guest of one sector, saved and gone on from.</summary>
[Category("qemu")]
internal sealed class MachineSavingTests
{
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
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_saved_machine_goes_on_as_several_which_share_nothing_they_write()
    {
        var saved = await SaveAsync("origin", disk: 'A');
        var before = Content(saved);
        await using var one = Machine("one");
        await using var two = Machine("two");

        foreach (var machine in new[] { one, two })
        {
            await machine.ResumeAsync(saved, Stop);
            machine.Console.Text.Should().Contain("guest up", "the console goes on where the saved machine's ended");
        }

        (await AskAsync(one, "s")).Should().Be("> A", "the disk is the saved one");
        await AskAsync(one, "wB");
        await AskAsync(two, "wC");
        (await AskAsync(one, "s")).Should().Be("> B");
        (await AskAsync(two, "s")).Should().Be("> C");
        Regex.Count(one.Console.Text, "guest up").Should().Be(1, "it did not boot again");
        Content(saved).Should().BeEquivalentTo(before, "what is saved is never written");
    }

    [Test]
    public async Task A_machine_that_went_on_boots_its_own_disk_again_and_can_be_saved_again()
    {
        var saved = await SaveAsync("origin", disk: 'A');
        await using var machine = Machine("clone");
        machine.Savable = true;
        await machine.ResumeAsync(saved, Stop);
        await AskAsync(machine, "wB");

        var later = Folder("later");
        await machine.SaveAsync(later, Stop);
        machine.State.Should().Be(MachineState.Off);
        await machine.ResumeAsync(later, Stop);
        (await AskAsync(machine, "s")).Should().Be("B", "the line at which it was saved has ended");
        await machine.PowerCutAsync(Stop);
        var end = machine.Console.Position;
        await machine.StartAsync(Stop);
        await PromptAsync(machine, end);
        (await AskAsync(machine, "s")).Should().Be("> B", "it boots from the disk it went on with");
        Regex.Count(machine.Console.Text, "guest up").Should().Be(2);
    }

    [Test]
    public async Task A_machine_that_was_off_is_saved_as_off()
    {
        await using var machine = Machine("origin");
        machine.Savable = true;
        await machine.StartAsync(Stop);
        await PromptAsync(machine, 0);
        await AskAsync(machine, "wA");
        await machine.PowerOffAsync(TimeSpan.Zero, Stop);
        var saved = Folder("saved");
        await machine.SaveAsync(saved, Stop);

        await using var later = Machine("later");
        await later.ResumeAsync(saved, Stop);

        saved.WasOn.Should().BeFalse();
        later.State.Should().Be(MachineState.Off);
        var end = later.Console.Position;
        await later.StartAsync(Stop);
        await PromptAsync(later, end);
        (await AskAsync(later, "s")).Should().Be("> A");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_TPM_goes_on_as_the_one_that_was_saved(bool on)
    {
        var saved = Folder("saved");
        byte[] state;
        await using (var origin = new Machine(Spec("origin") with { Tpm = true }, environment) { Savable = true })
        {
            await origin.StartAsync(Stop);
            await PromptAsync(origin, 0);
            if (!on)
                await origin.PowerOffAsync(TimeSpan.Zero, Stop);
            state = await TpmAsync();
            await origin.SaveAsync(saved, Stop);
        }

        await using var clone = new Machine(Spec("clone") with { Tpm = true }, environment);
        await clone.ResumeAsync(saved, Stop);

        Differing(await TpmAsync(), state).Should().BeLessThan(100, "a clock goes on, and another TPM has other seeds and proofs: six of 64 random bytes");
        saved.WasOn.Should().Be(on);
        if (on)
            (await AskAsync(clone, "s")).Should().StartWith("> ", "it runs");
        await clone.PowerCutAsync(Stop);
        await clone.StartAsync(Stop);
        Differing(await TpmAsync(), state).Should().BeLessThan(100, "a power-on finds what was kept");

        // The only machine's.
        async Task<byte[]> TpmAsync() => await File.ReadAllBytesAsync(Directory.EnumerateFiles(environment.Scope.DiskDirectory, "tpm2-00.permall", SearchOption.AllDirectories).Single(), Stop);
        static int Differing(byte[] one, byte[] other) => one.Zip(other).Count(pair => pair.First != pair.Second) + Math.Abs(one.Length - other.Length);
    }

    [Test]
    public async Task Machines_that_are_loaded_stand_until_they_are_let_go()
    {
        var saved = await SaveAsync("origin", disk: 'A');
        await using var machine = Machine("clone");

        await machine.LoadAsync(saved, Stop);

        (await machine.Qmp.ExecuteAsync(new QueryStatus(), Stop)).Running.Should().BeFalse();
        await machine.ContinueAsync(Stop);
        (await AskAsync(machine, "s")).Should().Be("> A");
    }

    [Test]
    public async Task A_state_of_another_shape_is_refused_and_no_QEMU_is_left()
    {
        var saved = await SaveAsync("origin", disk: 'A');
        await using var other = new Machine(Spec("other") with { MemoryBytes = 128 << 20 }, environment);

        await other.Awaiting(m => m.ResumeAsync(saved, Stop)).Should().ThrowAsync<HostException>();

        other.State.Should().BeOneOf(MachineState.Off, MachineState.Dead);
        other.ProcessId.Should().BeNull();
    }

    [Test]
    public async Task A_machine_whose_memory_is_no_file_says_so()
    {
        await using var machine = Machine("origin");
        await machine.StartAsync(Stop);

        await machine.Awaiting(m => m.SaveAsync(Folder("saved"), Stop)).Should().ThrowAsync<HostException>().WithMessage("*Savable*");
        machine.State.Should().Be(MachineState.Running);
    }

    private async Task<MachineSnapshot> SaveAsync(string name, char disk)
    {
        await using var machine = Machine(name);
        machine.Savable = true;
        await machine.StartAsync(Stop);
        await PromptAsync(machine, 0);
        await AskAsync(machine, $"w{disk}");
        var saved = Folder("saved");
        await machine.SaveAsync(saved, Stop);
        return saved;
    }

    private MachineSnapshot Folder(string name) => new(Directory.CreateDirectory(Path.Combine(folder, name)).FullName);

    private MachineSpec Spec(string name) => new()
    {
        Name = name,
        Image = SerialGuest.Write(folder),
        Firmware = FirmwareKind.Bios,
        MemoryBytes = 64 << 20,
        Cpus = 1,
        BootDiskBytes = 8 << 20,
    };

    private Machine Machine(string name) => new(Spec(name), environment);

    private static async Task PromptAsync(Machine machine, long from) =>
        await machine.GuardAsync("the prompt", TimeSpan.FromSeconds(60), token => machine.Console.WaitForAsync(new Regex("^> $"), from, token), Stop);

    /// <summary>Types, and returns the line that was answered.</summary>
    private static async Task<string> AskAsync(Machine machine, string keys)
    {
        var end = machine.Console.Position;
        await machine.Console.WriteAsync(Encoding.ASCII.GetBytes(keys), Stop);
        await PromptAsync(machine, end);
        return machine.Console.Tail(2)[0];
    }

    private static Dictionary<string, string> Content(MachineSnapshot saved) =>
        Directory.EnumerateFiles(saved.Folder).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
}
