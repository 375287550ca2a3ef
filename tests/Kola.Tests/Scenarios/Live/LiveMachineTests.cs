using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Offline;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;
using Kola.Tests.Machines;
using Kola.Tests.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Live;

/// <summary>A scenario's machine, on the fake QEMU.</summary>
internal sealed class LiveMachineTests
{
    private FakeMachines machines = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Prepare() => machines = await FakeMachines.StartAsync(Stop);

    [TearDown]
    public async Task Clean() => await machines.DisposeAsync();

    [Test]
    public async Task It_powers_off_although_somebody_waits_for_its_SSH()
    {
        await using var live = await StartAsync("cont: print last line\\n", "powerdown: shutdown");
        // A watch waits so for a machine that rebooted by itself. Nothing answers at the fake guest's port.
        var connecting = live.Ssh.ConnectAsync(Stop);

        await live.PowerOffAsync(Stop).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop);

        live.Machine.State.Should().Be(MachineState.Off);
        connecting.IsCompletedSuccessfully.Should().BeFalse();
    }

    [Test]
    public async Task It_is_disposed_of_although_somebody_waits_for_its_SSH()
    {
        var live = await StartAsync("cont: print last line\\n");
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var connecting = live.Ssh.ConnectAsync(waiting.Token);

        await live.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop);

        live.Machine.State.Should().Be(MachineState.Off);
        await waiting.CancelAsync();
        await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<Exception>();
    }

    [Test]
    public async Task What_several_threads_tell_of_it_at_once_is_all_kept()
    {
        await using var live = await StartAsync("cont: print last line\\n");
        string[] names = [.. Enumerable.Range(0, 2000).Select(number => $"n{number}")];

        Parallel.ForEach(names, name =>
        {
            live.Machine.AllowFaults([name]);
            live.Releases.Fail([name]);
            live.Releases.Failed.Contains(name).Should().BeTrue();
        });

        live.Machine.AllowedFaults.Should().BeEquivalentTo(names);
        live.Releases.Failed.Should().BeEquivalentTo(names);
    }

    [Test]
    public async Task What_was_tried_on_its_disk_is_forgotten_with_the_disk()
    {
        await using var live = await StartAsync("cont: print last line\\n", "powerdown: shutdown");
        live.Releases.Restore("1", "2");
        live.Releases.Spent = new Dictionary<string, TryCount> { ["2"] = new(Left: 1, Done: 2) };
        live.Releases.Fail(["2"]);
        await live.PowerOffAsync(Stop);

        await live.ReplaceDiskAsync(Stop);

        live.Releases.Should().BeEquivalentTo(new { Running = (string?)null, Staged = (string?)null });
        live.Releases.Spent.Should().BeEmpty("a new disk's counters begin anew");
        live.Releases.Failed.Should().BeEmpty();
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
