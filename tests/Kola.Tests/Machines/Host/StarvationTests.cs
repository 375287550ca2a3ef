using System.Diagnostics;
using FluentAssertions;
using Kola.Machines.Host;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

internal sealed class StarvationTests
{
    private const string Pressure = """
        some avg10=98.86 avg60=99.31 avg300=98.93 total=2969738695
        full avg10=0.00 avg60=0.00 avg300=0.00 total=11814520

        """;

    private readonly FakeTimeProvider time = new();

    [TestCase("8236213 4571289 2\n", 4_571_289)]
    [TestCase("0 0 0\n", 0)]
    public void A_threads_wait_is_the_second_number(string text, long nanoseconds) =>
        SchedulerSample.ParseWaited(text).Should().Be(TimeSpan.FromTicks(nanoseconds / 100));

    [TestCase("")]
    [TestCase("1 2\n")]
    [TestCase("a b c\n")]
    public void What_is_no_schedstat_tells_nothing(string text) => SchedulerSample.ParseWaited(text).Should().BeNull();

    [Test]
    public void Pressure_is_the_total_of_its_line()
    {
        SchedulerSample.ParseStall(Pressure, "some").Should().Be(TimeSpan.FromMicroseconds(2_969_738_695));
        SchedulerSample.ParseStall(Pressure, "full").Should().Be(TimeSpan.FromMicroseconds(11_814_520));
        SchedulerSample.ParseStall("", "some").Should().Be(TimeSpan.Zero);
    }

    [Test]
    public void Every_thread_of_a_process_is_read()
    {
        using var root = new TemporaryFolder();
        root.Write("proc/12/task/12/schedstat", "5 3000000000 1\n");
        root.Write("proc/12/task/14/schedstat", "5 4000000000 1\n");
        root.Write("proc/pressure/cpu", Pressure);

        var sample = SchedulerSample.Read(12, 77, root.Path)!;

        sample.Waited.Should().BeEquivalentTo(new Dictionary<int, TimeSpan> { [12] = TimeSpan.FromSeconds(3), [14] = TimeSpan.FromSeconds(4) });
        (sample.At, sample.Process, sample.MemoryStall).Should().Be((77L, 12, TimeSpan.Zero));
        SchedulerSample.Read(13, 77, root.Path).Should().BeNull();
    }

    [Test]
    public void The_thread_that_waited_most_counts()
    {
        var samples = new[] { Sample(0, 1, (1, 0), (2, 0)), Sample(10, 1, (1, 2), (2, 6)) };

        var starvation = Over(samples, 0);

        (starvation.Window, starvation.WaitShare, starvation.IsSevere).Should().Be((TimeSpan.FromSeconds(10), 0.6, true));
        starvation.ToString().Should().StartWith("waited for a processor 60 % of 10 s");
    }

    [Test]
    public void Only_what_came_since_the_moment_counts()
    {
        var samples = new[] { Sample(0, 1, (1, 0)), Sample(10, 1, (1, 9)), Sample(20, 1, (1, 10)) };

        Over(samples, At(12)).Should().BeEquivalentTo(new { Window = TimeSpan.FromSeconds(10), WaitShare = 0.1, IsSevere = false });
    }

    [Test]
    public void A_machine_that_was_off_meanwhile_counts_while_it_was_on()
    {
        var samples = new[] { Sample(0, 1, (1, 0)), Sample(10, 1, (1, 5)), Sample(100, 2, (7, 0)), Sample(110, 2, (7, 10)) };

        Over(samples, 0).Should().BeEquivalentTo(new { Window = TimeSpan.FromSeconds(20), WaitShare = 0.75 });
    }

    [Test]
    public void A_machine_that_was_never_measured_is_not_starved()
    {
        Over([], 0).Should().Be(Starvation.None);
        new StarvationMeter(time).Since(0).IsSevere.Should().BeFalse();
        Starvation.None.ToString().Should().Be("not measured");
    }

    [Test]
    public void Memory_that_all_tasks_wait_for_counts_too() =>
        new Starvation(TimeSpan.FromSeconds(10), 0, 0, 0.3).IsSevere.Should().BeTrue();

    [Test]
    public async Task A_busy_process_beside_busy_cores_is_starved_and_an_idle_one_is_not()
    {
        var burning = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => Start("while [ -d /proc/$PPID ]; do :; done")).ToArray();
        using var idle = Start("exec cat > /dev/null");
        try
        {
            var (busy, calm) = (new StarvationMeter(TimeProvider.System), new StarvationMeter(TimeProvider.System));
            var enough = Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
            await Task.WhenAll(busy.WatchAsync(burning[0].Id, enough), calm.WatchAsync(idle.Id, enough));

            busy.Since(0).WaitShare.Should().BeGreaterThan(0.5);
            busy.Since(0).IsSevere.Should().BeTrue();
            calm.Since(0).WaitShare.Should().BeLessThan(0.2);
        }
        finally
        {
            foreach (var process in burning.Append(idle))
                process.Kill();
            foreach (var process in burning)
                process.Dispose();
        }
    }

    /// <summary>A shell that ends with the test's process, however that ends: it sees its parent's end, or that of its input.</summary>
    private static Process Start(string script) => Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true })!;

    private Starvation Over(IReadOnlyList<SchedulerSample> samples, long from) => new StarvationMeter(time).Over(samples, from);

    private long At(double seconds) => (long)(seconds * time.TimestampFrequency);

    private SchedulerSample Sample(double seconds, int process, params IEnumerable<(int Thread, double Waited)> threads) =>
        new(At(seconds), process, threads.ToDictionary(thread => thread.Thread, thread => TimeSpan.FromSeconds(thread.Waited)), TimeSpan.Zero, TimeSpan.Zero);
}
