using FluentAssertions;
using Kola.Scenarios.Scheduling;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

public sealed class AdmissionTests
{
    private const long GiB = 1L << 30;
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task Room_that_is_there_is_given_at_once()
    {
        var admission = Admission(4, 8 * GiB, jobs: 8);

        using var first = await Enter(admission, new(2, GiB));
        using var second = await Enter(admission, new(2, GiB));
    }

    [TestCase(3, 1L, 8, TestName = "Too few CPUs make it wait")]
    [TestCase(1, 8L, 8, TestName = "Too little memory makes it wait")]
    [TestCase(1, 1L, 1, TestName = "The number of jobs makes it wait")]
    public async Task It_waits_and_gets_the_room_that_another_leaves(int cpus, long gibibytes, int jobs)
    {
        var admission = Admission(4, 8 * GiB, jobs);
        var first = await Enter(admission, new(2, GiB));
        var second = Enter(admission, new(cpus, gibibytes * GiB));
        second.IsCompleted.Should().BeFalse();

        first.Dispose();

        (await second).Dispose();
    }

    [Test]
    public async Task A_large_one_is_not_overtaken()
    {
        var admission = Admission(4, 8 * GiB, jobs: 8);
        var first = await Enter(admission, new(2, GiB));
        var large = Enter(admission, new(4, GiB));
        var small = Enter(admission, new(1, GiB));

        small.IsCompleted.Should().BeFalse("the large one asked before");
        first.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

    [Test]
    public async Task Who_comes_later_in_time_and_earlier_in_the_order_goes_first()
    {
        var admission = Admission(2, 8 * GiB, jobs: 8);
        var first = await Enter(admission, new(2, GiB));
        var head = Enter(admission, new(2, GiB), place: 1);
        var last = Enter(admission, new(2, GiB), place: 9);
        var fork = Enter(admission, new(2, GiB), place: 5);

        first.Dispose();
        (await head).Dispose();

        var next = await fork;
        last.IsCompleted.Should().BeFalse();
        next.Dispose();
        // Else it comes in while the folder is being removed.
        (await last).Dispose();
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_queue_to_the_next()
    {
        var admission = Admission(4, 8 * GiB, jobs: 8);
        using var first = await Enter(admission, new(2, GiB));
        using var cancel = new CancellationTokenSource();
        var large = admission.EnterAsync(new(4, GiB), 0, "run", _ => { }, cancel.Token);
        var larger = admission.EnterAsync(new(4, 2 * GiB), 0, "run", _ => { }, cancel.Token);
        var small = Enter(admission, new(2, GiB));

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => large).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => larger).Should().ThrowAsync<OperationCanceledException>();
        (await small).Dispose();
    }

    [Test]
    public async Task Room_given_back_twice_counts_once()
    {
        var admission = Admission(2, GiB, jobs: 8);
        var first = await Enter(admission, new(2, GiB));
        first.Dispose();
        first.Dispose();

        var second = await Enter(admission, new(2, GiB));
        var third = Enter(admission, new(2, GiB));
        third.IsCompleted.Should().BeFalse();

        second.Dispose();
        (await third).Dispose();
    }

    private static Task<IDisposable> Enter(Admission admission, Demand demand, int place = 0) => admission.EnterAsync(demand, place, "run", _ => { }, Stop);

    // Time stands still: whoever waits is woken by what it waits for.
    private Admission Admission(int cpus, long memory, int jobs) => new(new(folder["budget"], () => new(cpus, memory), new FakeTimeProvider()), jobs);
}
