using FluentAssertions;
using Kola.Machines.Host;
using Kola.Scenarios.Scheduling;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

/// <summary>While machines hold the processors and wait, the next scenario starts; while they work, none does.</summary>
public sealed class IdleHostTests
{
    private readonly FakeTimeProvider time = new();
    private TemporaryFolder folder = null!;
    private HostBudget budget = null!;
    private (long Idle, long All) ticks;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare()
    {
        folder = new();
        ticks = (1000, 2000);
        Write();
        budget = new(folder["budget"], () => new(2, 4000L << 20), time, new(time, folder.Path));
    }

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task Another_starts_once_half_of_the_processors_had_nothing_to_do_for_a_while()
    {
        using var waits = await TakeAsync(2);
        var second = TakeAsync(1);

        await PassAsync(IdleProcessors.Window - TimeSpan.FromSeconds(1), idle: 0.9);
        second.IsCompleted.Should().BeFalse("it was not looked at for long enough");
        await PassAsync(TimeSpan.FromSeconds(2), idle: 0.9);

        (await second).Dispose();
    }

    [Test]
    public async Task None_starts_beside_machines_that_work()
    {
        using var works = await TakeAsync(2);
        var second = TakeAsync(1);

        await PassAsync(IdleProcessors.Window * 4, idle: 0.3);

        second.IsCompleted.Should().BeFalse();
        works.Dispose();
        await PassAsync(TimeSpan.FromSeconds(1), idle: 0.3);
        (await second).Dispose();
    }

    [Test]
    public async Task Never_so_many_that_all_of_them_at_work_would_starve_each_other()
    {
        using var waits = await TakeAsync(2);
        var third = TakeAsync(2);

        await PassAsync(IdleProcessors.Window * 4, idle: 1);

        third.IsCompleted.Should().BeFalse("four busy processors on two wait half of the time");
        waits.Dispose();
        await PassAsync(TimeSpan.FromSeconds(1), idle: 1);
        (await third).Dispose();
    }

    [Test]
    public async Task What_has_the_host_to_itself_is_left_alone()
    {
        using var alone = await budget.TakeAsync(new Demand(1, 1 << 20).Alone, "run", _ => { }, Stop);
        var second = TakeAsync(1);

        await PassAsync(IdleProcessors.Window * 4, idle: 1);

        second.IsCompleted.Should().BeFalse();
        alone.Dispose();
        await PassAsync(TimeSpan.FromSeconds(1), idle: 1);
        (await second).Dispose();
    }

    [TestCase("cpu  100 0 50 800 50 0 0 0 7 7", 850, 1000)]
    [TestCase("cpu 1 2 3 4 5", 9, 15)]
    public void The_kernels_counters_are_read(string line, long idle, long all) => IdleProcessors.Parse(line).Should().Be((idle, all));

    [TestCase(null), TestCase(""), TestCase("cpu0 1 2 3 4 5"), TestCase("cpu a b c d e"), TestCase("cpu 1 2")]
    public void What_is_none_of_them_is_not(string? line) => IdleProcessors.Parse(line).Should().BeNull();

    private Task<IDisposable> TakeAsync(int cpus) => budget.TakeAsync(new(cpus, 500L << 20), "run", _ => { }, Stop);

    /// <summary>Lets time pass in steps of a second, in which the processors are idle so much.</summary>
    private async Task PassAsync(TimeSpan whole, double idle)
    {
        for (var second = 0; second < whole.TotalSeconds; second++)
        {
            ticks = (ticks.Idle + (long)(200 * idle), ticks.All + 200);
            Write();
            // It has looked when it waits for a timer again.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
    }

    private void Write() => folder.Write("proc/stat", $"cpu  {ticks.All - ticks.Idle} 0 0 {ticks.Idle} 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n");
}
