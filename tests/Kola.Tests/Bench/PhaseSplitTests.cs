using FluentAssertions;
using Kola.Bench.Phases;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.Bench;

internal sealed class PhaseSplitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void An_attempts_time_is_split_by_steps_and_boots_and_what_is_left_is_Kolas()
    {
        AttemptEvent[] attempt =
        [
            At(0, new AttemptStarted { Scenario = "t.one", Attempt = 1 }),
            At(1, new MachineChanged { Scenario = "t.one", Attempt = 1, Machine = "node", State = "started" }),
            At(1, new StepStarted { Scenario = "t.one", Attempt = 1, Step = 0, Kind = "machines", Title = "bring up" }),
            At(31, new StepFinished { Scenario = "t.one", Attempt = 1, Step = 0, Outcome = Outcome.Passed, Seconds = 30 }),
            At(31, new StepStarted { Scenario = "t.one", Attempt = 1, Step = 1, Kind = "run", Title = "a" }),
            At(32, new StepFinished { Scenario = "t.one", Attempt = 1, Step = 1, Outcome = Outcome.Passed, Seconds = 1.25 }),
            At(32, new StepStarted { Scenario = "t.one", Attempt = 1, Step = 2, Kind = "run", Title = "b" }),
            At(33, new StepFinished { Scenario = "t.one", Attempt = 1, Step = 2, Outcome = Outcome.Passed, Seconds = 1.25 }),
            At(40, new AttemptFinished { Scenario = "t.one", Attempt = 1, Outcome = Outcome.Passed, Seconds = 40 }),
        ];

        var split = PhaseSplit.Of(attempt, []);

        split.Total.Should().Be(40);
        split.Steps.Should().BeEquivalentTo(new Dictionary<string, double> { ["machines"] = 30, ["run"] = 2.5 });
        split.Harness.Should().Be(7.5);
    }

    [Test]
    public void A_boot_is_split_by_the_guests_own_words()
    {
        var boots = BootSplit.ReadAll(
            [
                """{"kola":"a mark of Kola's"}""",
                Entry("a", 12, 2, "Linux version 6.12"),
                Entry("a", 40, 30, "Startup finished in 5.5s (kernel) + 1min 2.250s (initrd) + 950ms (userspace) = 1min 8.7s."),
                Entry("b", 100, 5, "it did not come up"),
                Entry("c", 900, 5, "of a start that nothing tells of"),
                """{"_BOOT_ID":"cut off""",
            ],
            [Noon.AddSeconds(4), Noon.AddSeconds(80)]);

        boots.Should().Equal(new BootSplit(6, 5.5, 62.25, 0.95), new BootSplit(15, null, null, null));
    }

    private static AttemptEvent At(double seconds, AttemptEvent record) => record with { At = Noon.AddSeconds(seconds) };

    /// <param name="at">Seconds after noon.</param>
    /// <param name="since">Seconds since the kernel began.</param>
    private static string Entry(string boot, double at, double since, string message) =>
        $$"""{"_BOOT_ID":"{{boot}}","__REALTIME_TIMESTAMP":"{{Noon.AddSeconds(at).ToUnixTimeMilliseconds() * 1000}}","__MONOTONIC_TIMESTAMP":"{{since * 1_000_000}}","MESSAGE":"{{message}}"}""";
}
