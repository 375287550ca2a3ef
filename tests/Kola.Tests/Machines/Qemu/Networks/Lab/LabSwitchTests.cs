using FluentAssertions;
using Kola.Machines.Qemu.Networks.Lab;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

/// <summary>The switch over real sockets. That a station hears nothing is shown by what it hears next.</summary>
internal sealed class LabSwitchTests
{
    [Test]
    public async Task A_frame_goes_to_all_until_its_destination_was_heard_then_there_only()
    {
        await using var lab = await LabStations.StartAsync();

        await lab["a"].SendAsync("b", 1);
        (await lab["b"].HearAsync()).Should().Equal(LabStations.Frame("a", "b", 1));
        (await lab["c"].HearNumberAsync()).Should().Be(1);
        await lab["b"].SendAsync("a", 2);
        (await lab["a"].HearNumberAsync()).Should().Be(2);
        await lab["a"].SendAsync("b", 3);
        await lab["a"].SendAsync("all", 4);

        (await lab["b"].HearNumberAsync()).Should().Be(3);
        (await lab["b"].HearNumberAsync()).Should().Be(4);
        (await lab["c"].HearNumberAsync()).Should().Be(4, "2 and 3 were for others whose place was known");
    }

    [TestCase("all"), TestCase("some")]
    public async Task What_is_for_several_goes_to_all_but_its_sender(string group)
    {
        await using var lab = await LabStations.StartAsync();

        await lab["a"].SendAsync(group, 1);
        (await lab["b"].HearNumberAsync()).Should().Be(1);
        (await lab["c"].HearNumberAsync()).Should().Be(1);

        await lab["b"].SendAsync("all", 2);
        (await lab["a"].HearNumberAsync()).Should().Be(2);
    }

    [Test]
    public async Task Frames_are_told_apart_however_their_bytes_come()
    {
        await using var lab = await LabStations.StartAsync();
        byte[] bytes = [.. Enumerable.Range(1, 5).SelectMany(number => LabStation.Framed(LabStations.Frame("a", "all", number, bytes: number == 3 ? 69_632 : 60 + number)))];

        foreach (var piece in bytes[..200].Select(single => new[] { single }).Append(bytes[200..]))
            await lab["a"].WriteAsync(piece);

        foreach (var number in Enumerable.Range(1, 5))
        {
            (await lab["b"].HearNumberAsync()).Should().Be(number);
            (await lab["c"].HearAsync()).Should().HaveCount(number == 3 ? 69_632 : 60 + number);
        }

        lab.Port("a").Count(LabTraffic.Received).Should().Be(5);
        lab.Port("b").Count(LabTraffic.Sent).Should().Be(5);
    }

    [Test]
    public async Task A_QEMU_that_ends_is_noticed_and_the_next_one_is_served()
    {
        await using var lab = await LabStations.StartAsync();
        await lab["b"].SendAsync("all", 1);
        await lab["a"].HearNumberAsync();
        await lab["c"].HearNumberAsync();
        await lab["b"].WriteAsync(LabStation.Framed(LabStations.Frame("b", "a", 2))[..30]);

        await lab.PullAsync("b");

        lab.Port("b").Connected.Should().BeFalse();
        await lab["a"].SendAsync("b", 3);
        (await lab["c"].HearNumberAsync()).Should().Be(3, "where b was is forgotten");
        await lab.PlugInAsync("b");
        await lab["b"].SendAsync("a", 4);
        (await lab["a"].HearNumberAsync()).Should().Be(4, "half a frame of a dead QEMU is none");
        await lab["a"].SendAsync("b", 5);
        (await lab["b"].HearNumberAsync()).Should().Be(5, "3 was sent when nobody was there");
        lab.Changes.Where(change => change.Port == "b").Select(change => change.What).Should().Equal("connected", "disconnected", "connected");
    }

    [Test]
    public async Task Who_sends_no_frames_is_unplugged_with_a_reason()
    {
        await using var lab = await LabStations.StartAsync();

        await lab["a"].WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        (await lab["a"].EndedAsync()).Should().BeTrue();
        await lab.PlugInAsync("a");
        lab.Changes.Single(change => change.What == "disconnected").Detail.Should().Contain("1195725856 bytes").And.Contain("expected at most 69632");
        await lab["a"].SendAsync("all", 1);
        (await lab["b"].HearNumberAsync()).Should().Be(1);
    }

    [Test]
    public async Task Who_takes_nothing_holds_nobody_up_and_no_more_than_a_bound_is_kept_for_it()
    {
        await using var lab = await LabStations.StartAsync();

        for (var round = 0; lab.Port("b").Count(LabTraffic.Overflowed) == 0; round++)
        {
            round.Should().BeLessThan(400, "b's queue and socket are full at some time");
            for (var frame = 0; frame < 50; frame++)
                await lab["a"].SendAsync("all", (round * 50) + frame, bytes: 1500);
            for (var frame = 0; frame < 50; frame++)
                (await lab["c"].HearNumberAsync()).Should().Be((round * 50) + frame);
        }

        (await lab["b"].HearNumberAsync()).Should().Be(0, "what it was sent first is there when it goes on");
    }

    [Test]
    public async Task A_partition_cuts_what_is_in_no_set_together_until_it_is_healed()
    {
        await using var lab = await LabStations.StartAsync();
        lab.Switch.Apply(new() { Sets = [["a", "b"], ["b", "c"]] });

        await lab["a"].SendAsync("all", 1);
        (await lab["b"].HearNumberAsync()).Should().Be(1);
        await lab["b"].SendAsync("all", 2);
        (await lab["a"].HearNumberAsync()).Should().Be(2);
        (await lab["c"].HearNumberAsync()).Should().Be(2, "a does not reach c, b reaches both");
        lab.Port("a").Count(LabTraffic.Cut).Should().Be(1);

        lab.Switch.Apply(LabConditions.Healthy);
        await lab["a"].SendAsync("all", 3);
        (await lab["c"].HearNumberAsync()).Should().Be(3);
    }

    [Test]
    public async Task Who_is_in_no_set_is_alone()
    {
        await using var lab = await LabStations.StartAsync();
        lab.Switch.Apply(new() { Sets = [["b", "c"]] });

        await lab["a"].SendAsync("all", 1);
        await lab["b"].SendAsync("all", 2);

        (await lab["c"].HearNumberAsync()).Should().Be(2);
    }

    [Test]
    public async Task Conditions_that_cannot_be_are_refused_and_change_nothing()
    {
        await using var lab = await LabStations.StartAsync();

        foreach (var wrong in new LabConditions[]
        {
            new() { Sets = [["a", "d"]] }, new() { Faults = [new() { From = "d" }] }, new() { Faults = [new() { Loss = new(1.1) }] }, new() { Faults = [new() { Reorder = new(double.NaN) }] },
            new() { Faults = [new() { Delay = TimeSpan.FromSeconds(-1) }] }, new() { Faults = [new() { Bandwidth = new Size(0) }] },
        })
            lab.Switch.Invoking(network => network.Apply(wrong)).Should().Throw<ArgumentException>();

        lab.Switch.Conditions.Should().Be(LabConditions.Healthy);
    }

    [Test]
    public async Task Taking_it_down_unplugs_all_and_removes_the_sockets()
    {
        await using var lab = await LabStations.StartAsync();
        string[] sockets = [.. lab.Switch.Ports.Select(port => port.Socket)];
        sockets.Should().OnlyContain(socket => File.Exists(socket));

        await lab.Switch.DisposeAsync().AsTask().WaitAsync(LabStation.Patience);

        (await lab["a"].EndedAsync()).Should().BeTrue();
        sockets.Should().NotContain(socket => File.Exists(socket));
    }
}
