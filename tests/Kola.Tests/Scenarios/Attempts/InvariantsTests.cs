using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts;

/// <summary>What is checked beside the steps, on the fake QEMU.</summary>
internal sealed class InvariantsTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    private async Task<LiveMachine> StartAsync(string script, params string[] allowed)
    {
        var environment = machines.Environment(script);
        Directory.CreateDirectory(environment.LogDirectory);
        var key = await AccessKey.CreateAsync(machines.Folder, Stop);
        var live = await LiveMachine.CreateAsync(new() { Name = "node", Ready = new() { Wait = false } }, machines.Resolved(), MachineNetworks.None, environment, key, machines.Folder, new(_ => { }, "t.one", 1), Stop);
        live.Machine.AllowFaults(allowed);
        await live.PowerOnAsync(Stop);
        await live.Machine.Console.WaitForAsync(new("last line"), 0, Stop);
        return live;
    }

    private static Action Check(LiveMachine live) => () => new Invariants([live], TimeSpan.FromSeconds(10)).CheckFaults();

    [Test]
    public async Task A_machine_of_which_nothing_is_known_breaks_none()
    {
        await using var live = await StartAsync("cont: print last line\\n");
        Check(live).Should().NotThrow();
    }

    [Test]
    public async Task A_fault_that_nobody_waited_through_is_told_although_the_machine_was_powered_on_again()
    {
        await using var live = await StartAsync("cont 1: print BUG: unable to handle page fault\\nlast line\\n");
        Check(live).Should().Throw<StepFailedException>().WithMessage("*kernel-oops: BUG: unable to handle page fault*");
        await live.PowerCutAsync(Stop);
        await live.PowerOnAsync(Stop);
        Check(live).Should().Throw<StepFailedException>().WithMessage("*kernel-oops*");
    }

    [Test]
    public async Task A_fault_that_the_scenario_allows_breaks_none()
    {
        await using var live = await StartAsync("cont: print BUG: unable to handle page fault\\nlast line\\n", "kernel-oops");
        Check(live).Should().NotThrow();
    }

    [Test]
    public async Task A_QEMU_that_died_between_steps_is_the_hosts_fault()
    {
        await using var live = await StartAsync("cont: print last line\\n");
        System.Diagnostics.Process.GetProcessById(live.Machine.ProcessId!.Value).Kill();
        await live.Machine.Faulted.WaitAsync(Stop);
        Check(live).Should().Throw<HostException>().WithMessage("*died*");
    }
}
