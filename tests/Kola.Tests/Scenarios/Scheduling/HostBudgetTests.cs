using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Scenarios.Scheduling;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

/// <summary>Runs that know nothing of each other share one host. Each budget here stands for a process of its own, where it is not one.</summary>
public sealed class HostBudgetTests
{
    private const long MiB = 1L << 20;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider still = new();
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task Runs_at_the_same_time_never_hold_more_than_there_is()
    {
        var gate = new Lock();
        var (cpus, memory, most, admitted) = (0, 0L, 0L, 0);
        var beside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Large and small ones in no order, the same each time.
        Demand[] demands = [.. Enumerable.Range(0, 28).Select(n => new Demand(1 + (n * 5 % 3), (100 + (n * 193 % 600)) * MiB))];

        await Task.WhenAll(demands.Chunk(7).Select((chunk, number) => Run(Budget(4, 1000, TimeProvider.System), $"run{number}", chunk)));

        admitted.Should().Be(demands.Length);
        most.Should().BeGreaterThan(700 * MiB, "else nothing ran beside anything");

        async Task Run(HostBudget budget, string run, Demand[] mine) => await Task.WhenAll(mine.Select(async demand =>
        {
            await Task.Yield();
            using var held = await budget.TakeAsync(demand, run, _ => { }, Stop);
            lock (gate)
            {
                (cpus, memory, most, admitted) = (cpus + demand.Cpus, memory + demand.MemoryBytes, Math.Max(most, memory + demand.MemoryBytes), admitted + 1);
                cpus.Should().BeLessThanOrEqualTo(4);
                memory.Should().BeLessThanOrEqualTo(1000 * MiB);
                if (memory > 700 * MiB)
                    beside.TrySetResult();
            }

            // Until another has come beside one of them, however busy the host is; afterwards long enough for some more to.
            await Task.WhenAny(beside.Task, Task.Delay(Bound / 2, TimeProvider.System, Stop));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            lock (gate)
                (cpus, memory) = (cpus - demand.Cpus, memory - demand.MemoryBytes);
        }));
    }

    [Test]
    public async Task Who_waits_for_another_run_says_for_how_much_and_for_which()
    {
        using var held = await Budget(4, 1000).TakeAsync(new(1, 700 * MiB), "20260101-one", _ => { }, Stop);
        var said = new List<string>();

        var second = Budget(4, 1000).TakeAsync(new(1, 500 * MiB), "20260101-two", said.Add, Stop);

        said.Should().Equal("waiting for 200 MiB held by run 20260101-one");
        still.Advance(TimeSpan.FromSeconds(1));
        second.IsCompleted.Should().BeFalse();
        held.Dispose();
        await EndsAsync(second);
        said.Should().ContainSingle("it is not told again and again");
    }

    [Test]
    public async Task Waiting_for_scenarios_of_the_same_run_is_nothing_to_talk_about()
    {
        var budget = Budget(2, 1000);
        using var held = await budget.TakeAsync(new(2, 500 * MiB), "one", _ => { }, Stop);
        var said = new List<string>();

        var second = budget.TakeAsync(new(2, 100 * MiB), "one", said.Add, Stop);

        held.Dispose();
        (await second).Dispose();
        said.Should().BeEmpty();
    }

    [Test]
    public async Task What_a_killed_run_held_is_free()
    {
        var held = new TaskCompletionSource();
        var other = Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "fake-qemu"))
            .WithArguments(["--hold-budget", folder["budget"], "4", $"{1000 * MiB}", "1", $"{700 * MiB}"]).WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => held.TrySetResult())).ExecuteAsync(CancellationToken.None);
        await held.Task.WaitAsync(Bound, TimeProvider.System, Stop);
        var said = new List<string>();
        var mine = Budget(4, 1000, TimeProvider.System).TakeAsync(new(1, 500 * MiB), "mine", said.Add, Stop);
        said.Should().Equal("waiting for 200 MiB held by run other");

        using (var process = System.Diagnostics.Process.GetProcessById(other.ProcessId))
            process.Kill();

        (await mine.WaitAsync(Bound, TimeProvider.System, Stop)).Dispose();
        (await other).ExitCode.Should().Be(128 + 9);
        Directory.EnumerateFiles(folder["budget"], "*.other", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Test]
    public async Task A_large_scenario_is_not_starved_by_small_ones_of_another_run()
    {
        var (one, two) = (Budget(4, 1000), Budget(4, 1000));
        var small = await one.TakeAsync(new(1, 400 * MiB), "one", _ => { }, Stop);
        var large = two.TakeAsync(new(1, 800 * MiB), "two", _ => { }, Stop);
        var said = new List<string>();

        var next = one.TakeAsync(new(1, 100 * MiB), "one", said.Add, Stop);

        next.IsCompleted.Should().BeFalse("there is room for it, but the large one waits");
        said.Should().Equal("waiting behind run two, which waits for 1 CPUs and 800 MiB");
        small.Dispose();
        (await EndsAsync(large)).Dispose();
        (await EndsAsync(next)).Dispose();
    }

    [Test]
    public async Task Who_holds_it_may_take_as_long_as_it_said_and_is_waited_for()
    {
        using var held = await Budget(4, 1000).TakeAsync(new Demand(1, 700 * MiB) { Longest = TimeSpan.FromMinutes(200) }, "one", _ => { }, Stop);
        var waiting = Budget(4, 1000).TakeAsync(new(1, 700 * MiB), "two", _ => { }, Stop);

        await PassAsync(TimeSpan.FromMinutes(190), waiting);
        waiting.IsCompleted.Should().BeFalse();
        await PassAsync(TimeSpan.FromMinutes(20), waiting);

        await FluentActions.Awaiting(() => waiting.WaitAsync(Bound, TimeProvider.System, Stop)).Should().ThrowAsync<HostException>().WithMessage("timed out after 200 min waiting for room on this host: *held by run one*");
    }

    [Test]
    public async Task Whoever_comes_or_goes_renews_the_patience()
    {
        using var held = await Budget(4, 1000).TakeAsync(new Demand(1, 700 * MiB) { Longest = TimeSpan.FromMinutes(60) }, "one", _ => { }, Stop);
        var other = await Budget(4, 1000).TakeAsync(new Demand(1, 100 * MiB) { Longest = TimeSpan.FromMinutes(60) }, "three", _ => { }, Stop);
        var waiting = Budget(4, 1000).TakeAsync(new(1, 700 * MiB), "two", _ => { }, Stop);

        await PassAsync(TimeSpan.FromMinutes(50), waiting);
        other.Dispose();
        await PassAsync(TimeSpan.FromMinutes(50), waiting);
        waiting.IsCompleted.Should().BeFalse("somebody has gone meanwhile");

        held.Dispose();
        await PassAsync(TimeSpan.FromMinutes(1), waiting);
        (await waiting.WaitAsync(Bound, TimeProvider.System, Stop)).Dispose();
    }

    [Test]
    public async Task What_no_idle_host_has_room_for_fails_at_once()
    {
        using var held = await Budget(4, 1000).TakeAsync(new(1, 400 * MiB), "one", _ => { }, Stop);

        await FluentActions.Awaiting(() => Budget(4, 1000).TakeAsync(new(1, 1001 * MiB), "two", _ => { }, Stop))
            .Should().ThrowAsync<HostException>().WithMessage("*need 1001 MiB together*1000 MiB for machines*");
    }

    [Test]
    public async Task More_CPUs_than_there_are_are_had_when_nothing_else_runs()
    {
        var budget = Budget(2, 1000);
        var small = await budget.TakeAsync(new(1, MiB), "one", _ => { }, Stop);
        var large = budget.TakeAsync(new(16, MiB), "one", _ => { }, Stop);
        large.IsCompleted.Should().BeFalse();

        small.Dispose();

        (await large).Dispose();
    }

    [Test]
    public async Task Runs_that_overlap_go_by_the_memory_that_was_there_before_either()
    {
        using var held = await Budget(4, 1000).TakeAsync(new(1, 400 * MiB), "one", _ => { }, Stop);

        // By now the machines of the first have taken their memory.
        (await Budget(4, 600).TakeAsync(new(1, 600 * MiB), "two", _ => { }, Stop)).Dispose();
    }

    [TestCase("{"), TestCase("null"), TestCase("{\"cpus\":4}"), TestCase("")]
    public async Task A_budget_that_cannot_be_read_is_looked_at_anew(string content)
    {
        using var held = await Budget(4, 1000).TakeAsync(new(1, 400 * MiB), "one", _ => { }, Stop);
        await File.WriteAllTextAsync(folder["budget/budget.json"], content, Stop);

        (await Budget(4, 1000).TakeAsync(new(1, 600 * MiB), "two", _ => { }, Stop)).Dispose();
    }

    [Test]
    public async Task Waiting_ends_some_day_and_names_who_was_waited_for()
    {
        using var held = await Budget(4, 1000).TakeAsync(new(1, 700 * MiB), "one", _ => { }, Stop);
        var second = Budget(4, 1000).TakeAsync(new(1, 500 * MiB), "two", _ => { }, Stop);

        await FluentActions.Awaiting(() => EndsAsync(second, TimeSpan.FromMinutes(10))).Should().ThrowAsync<HostException>().WithMessage("timed out after 120 min waiting for room on this host: waiting for 200 MiB held by run one; *");
        Directory.EnumerateFiles(folder["budget/waiting"]).Should().BeEmpty();
    }

    /// <summary>Lets time pass until it ends.</summary>
    private async Task<IDisposable> EndsAsync(Task<IDisposable> taking, TimeSpan? pace = null)
    {
        using var patience = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!taking.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            still.Advance(pace ?? HostBudget.Interval);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        return await taking;
    }

    /// <summary>Lets time pass in pieces, so that whoever waits looks several times.</summary>
    private async Task PassAsync(TimeSpan whole, Task waiting)
    {
        for (var piece = 0; piece < 20 && !waiting.IsCompleted; piece++)
        {
            // It has looked when it waits for a timer again.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            still.Advance(whole / 20);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
    }

    private HostBudget Budget(int cpus, long mebibytes, TimeProvider? time = null) => new(folder["budget"], () => new(cpus, mebibytes * MiB), time ?? still);
}
