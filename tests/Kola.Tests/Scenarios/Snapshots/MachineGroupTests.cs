using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Scenarios.Snapshots;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Snapshots;

/// <summary>What must have ended before machines are saved together.</summary>
internal sealed class MachineGroupTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public ValueTask Clean() => machines.DisposeAsync();

    [Test]
    public Task An_update_in_the_background_has_to_end_first() =>
        RefusedAsync(live => live.Update = new([], new TaskCompletionSource<UpdateReport>().Task), "node updates itself in the background; wait for it *");

    [Test]
    public Task A_machine_that_restarts_has_to_be_ready_first() =>
        RefusedAsync(live => live.Restore(["a boot"], [], [], []), "node restarts; wait until it is ready, *");

    private async Task RefusedAsync(Action<LiveMachine> become, string message)
    {
        var environment = machines.Environment("cont: print last line\\n");
        Directory.CreateDirectory(environment.LogDirectory);
        var key = await AccessKey.CreateAsync(machines.Folder, Stop);
        await using var live = await LiveMachine.CreateAsync(
            new() { Name = "node", Ready = new() { Wait = false } }, machines.Resolved(), MachineNetworks.None, environment, key, machines.Folder, new(_ => { }, "t.one", 1), Stop);
        await live.PowerOnAsync(Stop);
        var group = new MachineGroup([live], services: null!, environment.Time);
        group.Invoking(g => g.ThrowIfUnderWay()).Should().NotThrow();

        become(live);

        group.Invoking(g => g.ThrowIfUnderWay()).Should().Throw<StepFailedException>().WithMessage(message);
    }
}
