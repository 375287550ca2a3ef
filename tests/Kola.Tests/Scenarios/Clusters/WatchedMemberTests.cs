using System.Collections.Concurrent;
using FluentAssertions;
using Kola.Machines.Provisioning;
using Kola.Results.Events;
using Kola.Scenarios.Clusters;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Clusters;

/// <summary>Whether a machine of a cluster is down, on the fake QEMU.</summary>
internal sealed class WatchedMemberTests
{
    private const string BootComplete =
        """{"_BOOT_ID":"0123456789abcdef0123456789abcdef","__REALTIME_TIMESTAMP":"1700000000000000","MESSAGE_ID":"39f53479d3a045ac8e11786248231fbf","UNIT":"boot-complete.target","MESSAGE":"Reached"}""";

    private readonly ConcurrentQueue<RunEvent> events = new();
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public ValueTask Clean() => machines.DisposeAsync();

    [Test]
    public async Task It_is_down_from_its_reset_until_its_journal_says_that_the_boot_is_complete()
    {
        await using var live = await StartAsync(
            "cont: print last line\\n",
            """reset: event {"event": "RESET", "data": {"guest": true, "reason": "guest-reset"}, "timestamp": {"seconds": 1, "microseconds": 1}}""",
            $"powerdown: journal {BootComplete}\\n",
            "powerdown: print complete\\n");
        await using var member = new WatchedMember(live, new(events.Enqueue, "t.one", 1), TimeProvider.System);
        var told = new List<(string How, bool ByItself)>();
        member.WentDown += (_, how, byItself) => told.Add((how, byItself));

        member.Down.Should().BeNull();
        member.UpSince.Should().BeNull("it has not been down");
        await live.Machine.ResetAsync(Stop);

        // QEMU's events and the console come on ways of their own.
        SpinWait.SpinUntil(() => told.Count > 0, TimeSpan.FromSeconds(10)).Should().BeTrue();
        member.Down.Should().NotBeNull();
        member.UpSince.Should().BeNull();
        // It was never ready, so nobody can say that it had to stay.
        told.Should().Equal(("reset (by the guest)", false));
        await live.Machine.Qmp.ExecuteAsync(new Kola.Machines.Qemu.Qmp.SystemPowerdown(), Stop);
        await live.Machine.Console.WaitForAsync(new("complete"), 0, Stop);
        // It is up before that is written down.
        SpinWait.SpinUntil(() => events.OfType<MachineChanged>().Any(change => change.State == "up"), TimeSpan.FromSeconds(10)).Should().BeTrue();
        member.Down.Should().BeNull();
        member.UpSince.Should().NotBeNull();
        events.OfType<MachineChanged>().Should().ContainSingle(change => change.State == "up" && change.Detail == "its boot is complete");
    }

    [Test]
    public async Task A_power_cut_brings_it_down_once()
    {
        await using var live = await StartAsync("cont: print last line\\n");
        await using var member = new WatchedMember(live, new(events.Enqueue, "t.one", 1), TimeProvider.System);
        var told = 0;
        member.WentDown += (_, _, _) => told++;

        await live.PowerCutAsync(Stop);
        await live.PowerOnAsync(Stop);
        await live.PowerCutAsync(Stop);

        told.Should().Be(1);
        member.Down.Should().NotBeNull();
    }

    private async Task<LiveMachine> StartAsync(params string[] script)
    {
        var environment = machines.Environment(script);
        Directory.CreateDirectory(environment.LogDirectory);
        var key = await AccessKey.CreateAsync(machines.Folder, Stop);
        var live = await LiveMachine.CreateAsync(
            new() { Name = "node", Ready = new() { Wait = false } }, machines.Resolved(), MachineNetworks.None, environment, key, machines.Folder, new(_ => { }, "t.one", 1), Stop);
        await live.PowerOnAsync(Stop);
        await live.Machine.Console.WaitForAsync(new("last line"), 0, Stop);
        return live;
    }
}
