using FluentAssertions;
using Kola.Machines.Qemu.Networks.Lab;
using Kola.Yaml.Values;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

/// <summary>What faults do to frames: their fates one by one, and on the network.</summary>
internal sealed class LabFaultTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Test]
    public void Losses_are_the_same_for_the_same_seed_others_for_another_and_about_as_many_as_ordered()
    {
        var fault = new LabFault { Loss = new(0.25) };
        bool[] Lost(string purpose) => [.. Fates(fault, purpose, count: 4000).Select(fate => fate.Dropped is LabTraffic.Lost)];

        var lost = Lost("1");

        lost.Count(was => was).Should().BeInRange(900, 1100);
        Lost("1").Should().Equal(lost);
        Lost("2").Should().NotEqual(lost);
    }

    [Test]
    public void A_fate_does_not_hang_on_the_other_shares()
    {
        var plain = Fates(new() { Loss = new(0.3) }, "1", 500).Select(fate => fate.Dropped);

        Fates(new() { Loss = new(0.3), Duplicate = new(0.5), Reorder = new(0.5), Jitter = Millisecond }, "1", 500).Select(fate => fate.Dropped).Should().Equal(plain);
    }

    [Test]
    public void Delays_of_faults_that_match_add_up_and_other_ways_are_free()
    {
        var link = new LabLink("a", "b", "");
        var conditions = new LabConditions { Faults = [new() { From = "a", Delay = 3 * Millisecond }, new() { To = "b", Delay = 4 * Millisecond }, new() { From = "b", To = "a", Delay = 100 * Millisecond, Loss = new(1) }] };

        link.Pass(64, conditions, 10 * Millisecond).Should().Be(new FrameDelivery(null, 17 * Millisecond, false, false));
    }

    [Test]
    public void Jitter_varies_the_delay_and_keeps_the_order()
    {
        var dues = Fates(new() { Delay = 5 * Millisecond, Jitter = 10 * Millisecond }, "1", 500).Select((fate, index) => fate.Due - (index * Millisecond)).ToArray();

        dues.Should().OnlyContain(delay => delay >= 5 * Millisecond && delay <= 15 * Millisecond);
        dues.Distinct().Should().HaveCountGreaterThan(100);
        Fates(new() { Delay = 5 * Millisecond, Jitter = 10 * Millisecond }, "1", 500).Select(fate => fate.Due).Should().BeInAscendingOrder();
    }

    [Test]
    public void A_reordered_frame_is_overtaken_by_later_ones()
    {
        var fates = Fates(new() { Reorder = new(0.1) }, "1", 500);

        fates.Count(fate => fate.Overtaken).Should().BeInRange(25, 80);
        fates.Index().Where(fate => fate.Item.Overtaken).Should().OnlyContain(fate => fate.Item.Due == (fate.Index * Millisecond) + LabFault.HeldBack);
        fates.Index().Where(fate => !fate.Item.Overtaken).Should().OnlyContain(fate => fate.Item.Due == fate.Index * Millisecond);
    }

    [Test]
    public void A_bandwidth_spaces_frames_out_and_drops_what_would_wait_too_long()
    {
        var link = new LabLink("a", "b", "");
        var conditions = new LabConditions { Faults = [new() { Bandwidth = new Size(10_000) }, new() { Bandwidth = new Size(1_000_000) }] };

        var fates = Enumerable.Range(0, 30).Select(_ => link.Pass(1000, conditions, TimeSpan.Zero)).ToArray();

        fates.TakeWhile(fate => fate.Dropped is null).Select(fate => fate.Due).Should().Equal(Enumerable.Range(1, 11).Select(number => number * 100 * Millisecond));
        fates.Skip(11).Should().OnlyContain(fate => fate.Dropped == LabTraffic.Overflowed);
        link.Pass(1000, conditions, TimeSpan.FromSeconds(5)).Due.Should().Be(TimeSpan.FromSeconds(5.1));
    }

    [Test]
    public void What_was_healed_holds_nothing_back()
    {
        var link = new LabLink("a", "b", "");
        link.Pass(1000, new() { Faults = [new() { Delay = TimeSpan.FromHours(1), Bandwidth = new Size(1) }] }, TimeSpan.Zero);

        link.Pass(1000, LabConditions.Healthy, Millisecond).Due.Should().Be(Millisecond);
        link.Pass(1000, new() { Faults = [new() { Delay = Millisecond }] }, Millisecond).Due.Should().Be(2 * Millisecond);
    }

    [Test]
    public async Task A_delayed_frame_arrives_when_it_is_due_and_in_one_direction_only()
    {
        var time = new FakeTimeProvider();
        await using var lab = await LabStations.StartAsync(time: time);
        lab.Switch.Apply(new() { Faults = [new() { From = "a", To = "b", Delay = TimeSpan.FromHours(1) }] });

        await lab["a"].SendAsync("all", 1);
        (await lab["c"].HearNumberAsync()).Should().Be(1, "the way to c is free");
        time.Advance(TimeSpan.FromMinutes(59));
        await lab["c"].SendAsync("b", 2);
        (await lab["b"].HearNumberAsync()).Should().Be(2, "1 is not due yet");
        time.Advance(TimeSpan.FromMinutes(1));

        (await lab["b"].HearNumberAsync()).Should().Be(1);
    }

    [Test]
    public async Task Losses_and_duplicates_reach_the_network_and_are_counted()
    {
        await using var lab = await LabStations.StartAsync();
        lab.Switch.Apply(new() { Faults = [new() { From = "a", To = "b", Loss = new(1) }, new() { From = "a", To = "c", Duplicate = new(1) }] });

        await lab["a"].SendAsync("all", 1);
        (await lab["c"].HearNumberAsync()).Should().Be(1);
        (await lab["c"].HearNumberAsync()).Should().Be(1);
        await lab["c"].SendAsync("all", 2);

        (await lab["b"].HearNumberAsync()).Should().Be(2, "1 was lost");
        lab.Port("a").Count(LabTraffic.Lost).Should().Be(1);
        lab.Port("a").Count(LabTraffic.Duplicated).Should().Be(1);
    }

    /// <summary>Of frames that are sent a millisecond after each other.</summary>
    private static FrameDelivery[] Fates(LabFault fault, string purpose, int count)
    {
        var link = new LabLink("a", "b", purpose);
        var conditions = new LabConditions { Faults = [fault] };
        return [.. Enumerable.Range(0, count).Select(number => link.Pass(64, conditions, number * Millisecond))];
    }
}
