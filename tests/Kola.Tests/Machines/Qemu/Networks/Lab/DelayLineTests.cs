using FluentAssertions;
using Kola.Machines.Qemu.Networks.Lab;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Networks.Lab;

internal sealed class DelayLineTests
{
    private readonly List<byte> released = [];
    private FakeTimeProvider time = null!;
    private DelayLine line = null!;
    private long begun;

    [SetUp]
    public void Prepare()
    {
        released.Clear();
        time = new();
        begun = time.GetTimestamp();
        line = new(() => time.GetElapsedTime(begun), frame => released.Add(frame[0]), time);
    }

    [TearDown]
    public void Clean() => line.Dispose();

    [Test]
    public void Frames_come_when_they_are_due_in_the_order_in_which_they_are()
    {
        Add(1, 30);
        Add(2, 10);
        Add(3, 10);
        Add(4, 20.5);

        time.Advance(TimeSpan.FromMilliseconds(9));
        released.Should().BeEmpty();
        time.Advance(TimeSpan.FromMilliseconds(1));
        released.Should().Equal([2, 3]);
        time.Advance(TimeSpan.FromMilliseconds(10));
        released.Should().Equal([2, 3]);
        time.Advance(TimeSpan.FromMilliseconds(1));
        released.Should().Equal([2, 3, 4]);
        time.Advance(TimeSpan.FromHours(1));
        released.Should().Equal([2, 3, 4, 1]);
    }

    [Test]
    public void What_is_due_goes_at_once()
    {
        Add(1, 0);

        released.Should().Equal([1]);
    }

    [Test]
    public void No_more_than_a_bound_is_held()
    {
        for (var frame = 0; frame < 4096; frame++)
            line.TryAdd([0], TimeSpan.FromHours(1)).Should().BeTrue();

        line.TryAdd([0], TimeSpan.FromHours(1)).Should().BeFalse();
        time.Advance(TimeSpan.FromHours(1));
        released.Should().HaveCount(4096);
    }

    private void Add(byte frame, double milliseconds) => line.TryAdd([frame], TimeSpan.FromMilliseconds(milliseconds)).Should().BeTrue();
}
