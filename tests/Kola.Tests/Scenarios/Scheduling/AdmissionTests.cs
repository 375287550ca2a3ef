using FluentAssertions;
using Kola.Scenarios.Scheduling;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

public sealed class AdmissionTests
{
    private const long GiB = 1L << 30;

    [Test]
    public async Task Room_that_is_there_is_given_at_once()
    {
        var admission = new Admission(new Demand(4, 8 * GiB), jobs: 8);

        using var first = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        var second = admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);

        second.IsCompletedSuccessfully.Should().BeTrue();
    }

    [TestCase(3, 1L, 8, TestName = "Too few CPUs make it wait")]
    [TestCase(1, 8L, 8, TestName = "Too little memory makes it wait")]
    [TestCase(1, 1L, 1, TestName = "The number of jobs makes it wait")]
    public async Task It_waits_and_gets_the_room_that_another_leaves(int cpus, long gibibytes, int jobs)
    {
        var admission = new Admission(new Demand(4, 8 * GiB), jobs);
        var first = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        var second = admission.EnterAsync(new Demand(cpus, gibibytes * GiB), CancellationToken.None);
        second.IsCompleted.Should().BeFalse();

        first.Dispose();

        (await second).Dispose();
    }

    [Test]
    public async Task One_that_wants_more_than_there_is_runs_alone()
    {
        var admission = new Admission(new Demand(2, GiB), jobs: 8);
        var large = await admission.EnterAsync(new Demand(16, 64 * GiB), CancellationToken.None);
        var small = admission.EnterAsync(new Demand(1, 1), CancellationToken.None);
        small.IsCompleted.Should().BeFalse();

        large.Dispose();

        (await small).Dispose();
    }

    [Test]
    public async Task A_large_one_is_not_overtaken()
    {
        var admission = new Admission(new Demand(4, 8 * GiB), jobs: 8);
        var first = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        var large = admission.EnterAsync(new Demand(4, GiB), CancellationToken.None);
        var small = admission.EnterAsync(new Demand(1, GiB), CancellationToken.None);

        small.IsCompleted.Should().BeFalse("the large one asked before");
        first.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_queue_to_the_next()
    {
        var admission = new Admission(new Demand(4, 8 * GiB), jobs: 8);
        using var first = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var large = admission.EnterAsync(new Demand(4, GiB), cancel.Token);
        var small = admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => large).Should().ThrowAsync<OperationCanceledException>();
        (await small).Dispose();
    }

    [Test]
    public async Task Room_given_back_twice_counts_once()
    {
        var admission = new Admission(new Demand(2, GiB), jobs: 8);
        var first = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        first.Dispose();
        first.Dispose();

        using var second = await admission.EnterAsync(new Demand(2, GiB), CancellationToken.None);
        admission.EnterAsync(new Demand(2, GiB), CancellationToken.None).IsCompleted.Should().BeFalse();
    }
}
