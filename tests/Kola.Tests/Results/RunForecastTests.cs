using FluentAssertions;
using Kola.Results;
using Kola.Results.Events;
using NUnit.Framework;

namespace Kola.Tests.Results;

[Parallelizable(ParallelScope.All)]
public sealed class RunForecastTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void One_after_the_other_the_rest_takes_what_it_took_last_time()
    {
        var run = Run(("a", 60), ("b", 120), ("c", 180));

        Begin(run, "a", 0);
        run.Tell(Start).Should().Be("0 of 3 done, 1 running, 2 waiting, about 6 min left");

        End(run, "a", 60);
        Begin(run, "b", 60);
        run.Tell(Start.AddSeconds(120)).Should().Be("1 of 3 done, 1 running, 1 waiting, about 4 min left");
    }

    [Test]
    public void Where_several_run_at_once_the_rest_is_shared_by_as_many()
    {
        var run = Run(("a", 600), ("b", 600), ("c", 600), ("d", 600));
        Begin(run, "a", 0);
        Begin(run, "b", 0);

        run.Left(Start.AddSeconds(300)).Should().Be(TimeSpan.FromSeconds((300 + 300 + 600 + 600) / 2));
    }

    [Test]
    public void The_end_is_no_sooner_than_that_of_the_longest()
    {
        var run = Run(("a", 10), ("b", 1000));
        Begin(run, "a", 0);
        Begin(run, "b", 0);
        End(run, "a", 10);

        run.Left(Start.AddSeconds(10)).Should().Be(TimeSpan.FromSeconds(990));
    }

    [Test]
    public void What_nobody_has_measured_takes_the_mean_and_without_any_measure_there_is_no_estimate()
    {
        var run = Run(("a", null), ("b", null));
        Begin(run, "a", 0);
        run.Tell(Start.AddSeconds(30)).Should().Be("0 of 2 done, 1 running, 1 waiting");

        End(run, "a", 90);
        Begin(run, "b", 90);
        run.Left(Start.AddSeconds(90)).Should().Be(TimeSpan.FromSeconds(90));
    }

    [Test]
    public void What_takes_longer_than_last_time_is_not_over_yet()
    {
        var run = Run(("a", 100), ("b", null));
        Begin(run, "b", 0);

        run.Left(Start.AddSeconds(500)).Should().BeGreaterThan(TimeSpan.FromSeconds(100));
    }

    [Test]
    public void A_scenario_that_is_tried_again_is_not_done_and_one_that_does_not_apply_is_not_counted()
    {
        var run = Run(("a", 60));
        run.Take(new RunPlanned
        {
            At = Start,
            Run = "r",
            Kola = "1",
            Host = Host,
            Seed = 1,
            Scenarios = [Scenario("a", 60), Scenario("other", null) with { NotApplicable = "no watchdog" }],
        });
        Begin(run, "a", 0);
        End(run, "a", 60);
        Begin(run, "a", 60);

        run.Tell(Start.AddSeconds(60)).Should().StartWith("0 of 1 done, 1 running");
        End(run, "a", 120);
        run.Tell(Start.AddSeconds(120)).Should().Be("1 of 1 done, 0 running");
    }

    private static readonly HostFacts Host = new() { Accelerator = "tcg", AcceleratorReason = "none", QemuVersion = "10", Cpus = 2, MemoryBytes = 1 << 30 };

    private static RunForecast Run(params (string Id, double? Expected)[] scenarios)
    {
        var run = new RunForecast();
        run.Take(new RunPlanned { At = Start, Run = "r", Kola = "1", Host = Host, Seed = 1, Scenarios = [.. scenarios.Select(scenario => Scenario(scenario.Id, scenario.Expected))] });
        return run;
    }

    private static PlannedScenario Scenario(string id, double? expected) => new() { Id = id, Name = id, Summary = id, File = $"{id}.yaml", Sha256 = "", ExpectedSeconds = expected };

    private static void Begin(RunForecast run, string id, double after) => run.Take(new AttemptStarted { At = Start.AddSeconds(after), Scenario = id, Attempt = 1 });

    private static void End(RunForecast run, string id, double after) =>
        run.Take(new AttemptFinished { At = Start.AddSeconds(after), Scenario = id, Attempt = 1, Outcome = Outcome.Passed, Seconds = after });
}
