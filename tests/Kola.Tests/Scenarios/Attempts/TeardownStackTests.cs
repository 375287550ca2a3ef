using FluentAssertions;
using Kola.Machines;
using Kola.Scenarios.Attempts;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts;

/// <summary>What is closed when an attempt ends, whatever its closing does.</summary>
internal sealed class TeardownStackTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60), Patience = TimeSpan.FromSeconds(20);
    private WatchedTime time = null!;
    private readonly List<string> closed = [];
    private TeardownStack opened = null!;

    [SetUp]
    public void Prepare()
    {
        closed.Clear();
        opened = new(Bound, time = new());
    }

    [Test]
    public async Task What_was_opened_last_is_closed_first_and_a_group_in_its_own_order()
    {
        opened.Add("a server", Closing("a server"));
        List<string> machines = [];
        opened.AddAll(() => machines.Select(name => (name, (IAsyncDisposable)Closing(name))));
        opened.Add("a watch", Closing("a watch"));
        machines.AddRange(["m1", "m2"]);

        (await opened.CloseAsync()).Should().BeEmpty();

        closed.Should().Equal("a watch", "m1", "m2", "a server");
    }

    [Test]
    public async Task What_throws_is_told_and_the_rest_is_closed()
    {
        opened.Add("first", Closing("first"));
        opened.Add("second", new Resource(() => throw new InvalidOperationException("does not close")));
        opened.Add("third", new Resource(() => Task.FromException(new IOException("is gone"))));

        var failures = await opened.CloseAsync();

        failures.Select(failure => failure.Message).Should().Equal("is gone", "does not close");
        closed.Should().Equal("first");
    }

    [TestCase(false), TestCase(true)]
    public async Task What_hangs_is_given_up_after_the_bound_and_the_rest_is_closed(bool blocks)
    {
        using var released = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        opened.Add("first", Closing("first"));
        opened.Add("the update servers", new Resource(() =>
        {
            begun.SetResult();
            if (blocks)
                released.Wait(Patience);
            return blocks ? Task.CompletedTask : new TaskCompletionSource().Task;
        }));

        var closing = opened.CloseAsync();
        await begun.Task.WaitAsync(Patience, TimeProvider.System);
        await time.TimerMade.WaitAsync(Patience, TimeProvider.System);
        time.Advance(Bound);
        var failures = await closing.WaitAsync(Patience, TimeProvider.System);
        released.Set();

        failures.Should().ContainSingle().Which.Should().BeOfType<HostException>().Which.Message.Should().Be("timed out after 60 s waiting for the update servers to close");
        closed.Should().Equal("first");
    }

    [Test]
    public async Task A_group_that_cannot_be_looked_at_is_a_failure_and_the_rest_is_closed()
    {
        opened.Add("first", Closing("first"));
        opened.AddAll(() => throw new InvalidOperationException("changed meanwhile"));

        (await opened.CloseAsync()).Should().ContainSingle().Which.Message.Should().Be("changed meanwhile");
        closed.Should().Equal("first");
    }

    [Test]
    public async Task What_is_opened_after_the_end_is_closed_at_once()
    {
        await opened.CloseAsync();
        var late = new TaskCompletionSource();

        opened.Add("late", new Resource(() =>
        {
            late.SetResult();
            return Task.CompletedTask;
        }));

        await late.Task.WaitAsync(Patience, TimeProvider.System);
        late.Task.IsCompletedSuccessfully.Should().BeTrue();
    }

    private Resource Closing(string name) => new(() =>
    {
        closed.Add(name);
        return Task.CompletedTask;
    });

    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource made = new();

        public Task TimerMade => made.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            made.TrySetResult();
            return timer;
        }
    }

    private sealed class Resource(Func<Task> close) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await close();
    }
}
