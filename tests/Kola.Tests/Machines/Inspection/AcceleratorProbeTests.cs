using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Inspection;
using Kola.Machines.Qemu;
using NUnit.Framework;

namespace Kola.Tests.Machines.Inspection;

internal sealed class AcceleratorProbeTests
{
    private static readonly QemuInstallation Nowhere = new("/nowhere/qemu", new Version(10, 0));
    private string state = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => state = Directory.CreateTempSubdirectory("kola-test").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(state, recursive: true);

    private AcceleratorProbe Probe(string? set) => new(state, TimeProvider.System, name => name == "KOLA_ACCEL" ? set : null);

    [TestCase("kvm", AcceleratorKind.Kvm)]
    [TestCase("tcg", AcceleratorKind.Tcg)]
    public async Task The_variable_overrides_the_probe(string set, AcceleratorKind kind) =>
        (await Probe(set).ProbeAsync(Nowhere, Stop)).Should().Be(new Accelerator(kind, $"KOLA_ACCEL={set}"));

    [Test]
    public async Task Another_value_of_the_variable_is_refused() =>
        await Probe("hvf").Invoking(p => p.ProbeAsync(Nowhere, Stop)).Should().ThrowAsync<InputException>().WithMessage("*KOLA_ACCEL=hvf*kvm or tcg*");

    [Test, Category("qemu")]
    public async Task The_guest_reaches_long_mode_under_emulation()
    {
        var qemu = await QemuInstallation.LocateAsync(Stop);
        var ended = await Probe(null).RunGuestAsync(qemu, "tcg", "max", TimeSpan.FromSeconds(60), Stop);
        ended.Should().NotBeNull();
        ended!.Value.Status.Should().Be(LongModeGuest.Passed, ended.Value.Said);
    }

    [Test, Category("qemu")]
    public async Task A_guest_that_hangs_is_given_up()
    {
        var qemu = await QemuInstallation.LocateAsync(Stop);
        (await Probe(null).RunGuestAsync(qemu, "tcg", "max", TimeSpan.FromMilliseconds(1), Stop)).Should().BeNull();
    }

    [Test, Category("qemu")]
    public async Task The_probe_answers_and_remembers()
    {
        var qemu = await QemuInstallation.LocateAsync(Stop);
        var first = await Probe(null).ProbeAsync(qemu, Stop);
        first.Reason.Should().NotBeEmpty();
        TestContext.Out.WriteLine($"{first.Name}: {first.Reason}");
        (await Probe(null).ProbeAsync(qemu, Stop)).Should().Be(first);
    }
}
