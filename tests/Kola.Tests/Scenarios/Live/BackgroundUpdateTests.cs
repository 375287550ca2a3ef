using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Live;

/// <summary>An update in the background ends with the boot that it runs in: a later one does not find it under way.</summary>
internal sealed class BackgroundUpdateTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public ValueTask Clean() => machines.DisposeAsync();

    [Test]
    public Task It_ends_when_the_machine_is_powered_off() => EndsAsync(live => live.PowerOffAsync(Stop));

    [Test]
    public Task It_ends_when_the_power_is_cut() => EndsAsync(live => live.PowerCutAsync(Stop));

    [Test]
    public Task It_ends_when_the_machine_is_reset() => EndsAsync(live => live.DepartAsync(RebootKind.Hard, Stop));

    private async Task EndsAsync(Func<LiveMachine, Task> end)
    {
        var environment = machines.Environment("cont: print last line\\n");
        Directory.CreateDirectory(environment.LogDirectory);
        var key = await AccessKey.CreateAsync(machines.Folder, Stop);
        await using var live = await LiveMachine.CreateAsync(
            new() { Name = "node", Ready = new() { Wait = false } }, machines.Resolved(), MachineNetworks.None, environment, key, machines.Folder, new(_ => { }, "t.one", 1), Stop);
        await live.PowerOnAsync(Stop);
        live.Update = new([], new TaskCompletionSource<UpdateReport>().Task);

        await end(live);

        live.Update.Should().BeNull();
    }
}
