using FluentAssertions;
using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts.Holding;

/// <summary>A scenario's time-out while a person has it stopped.</summary>
internal sealed class ScenarioClockTests
{
    private readonly FakeTimeProvider time = new();

    [Test]
    public void Without_a_stop_the_time_runs_out()
    {
        using var clock = new ScenarioClock(TimeSpan.FromSeconds(10), time);

        time.Advance(TimeSpan.FromSeconds(9));
        clock.Token.IsCancellationRequested.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        clock.Token.IsCancellationRequested.Should().BeTrue();
    }

    [Test]
    public void What_was_left_before_a_stop_is_left_after_it_and_no_more()
    {
        using var clock = new ScenarioClock(TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(4));

        clock.Stop();
        time.Advance(TimeSpan.FromHours(3));
        clock.Token.IsCancellationRequested.Should().BeFalse("nobody but the person knows how long they look");
        clock.GoOn();

        clock.Held.Should().Be(TimeSpan.FromHours(3));
        time.Advance(TimeSpan.FromSeconds(5));
        clock.Token.IsCancellationRequested.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        clock.Token.IsCancellationRequested.Should().BeTrue();
    }

    [Test]
    public async Task An_attempt_that_is_held_for_longer_than_its_time_goes_on_and_the_record_says_for_how_long()
    {
        using var folder = new TemporaryFolder();
        var scenario = ScenarioFile.Load(folder.Write("t.yaml", "scenario: t.one\nsummary: A scenario of a test\ntimeout: 10m\nimage: os\nmachines: {node: {}}\nsteps:\n  - run: a\n  - run: b\n")).Expand()[0];
        using var clock = new ScenarioClock(TimeSpan.FromSeconds(10), time);
        List<RunEvent> events = [];
        var options = new HoldOptions
        {
            Break = "2",
            WaitAsync = (_, _) =>
            {
                time.Advance(TimeSpan.FromDays(1));
                return Task.CompletedTask;
            },
        };
        var hold = new AttemptHold(options, scenario, clock, [], new AttemptLog(events.Add, "t.one", 1), time);

        await hold.BeforeAsync(1, CancellationToken.None);
        hold.Broke.Should().BeNull();
        await hold.BeforeAsync(2, CancellationToken.None);

        hold.Broke.Should().Be(2);
        clock.Token.IsCancellationRequested.Should().BeFalse();
        events.Should().HaveCount(2);
        events[0].Should().BeOfType<AttemptHeld>().Which.Should().BeEquivalentTo(new { Step = 2, Title = "run: b" });
        events[1].Should().BeOfType<AttemptReleased>().Which.Seconds.Should().Be(86400);
    }
}
