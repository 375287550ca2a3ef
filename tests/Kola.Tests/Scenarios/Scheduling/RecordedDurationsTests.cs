using FluentAssertions;
using Kola.Scenarios.Scheduling;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Scheduling;

internal sealed class RecordedDurationsTests
{
    private readonly FakeTimeProvider time = new();
    private TemporaryFolder folder = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    private RecordedDurations Durations => new(folder["durations.json"], time);

    [SetUp]
    public void Prepare() => folder = new();

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task The_last_duration_of_each_is_known_to_the_next_run()
    {
        await Durations.RecordAsync("t.one kvm cold", 5, Stop);
        await Durations.RecordAsync("t.two kvm cold", 6, Stop);
        await Durations.RecordAsync("t.one kvm cold", 7, Stop);

        Durations.Read(out var complaint).Should().BeEquivalentTo(new Dictionary<string, double> { ["t.one kvm cold"] = 7, ["t.two kvm cold"] = 6 });
        complaint.Should().BeNull();
    }

    [TestCase("{"), TestCase("[]"), TestCase("null"), TestCase("{\"t.one kvm cold\":null}"), TestCase("{\"t.one kvm cold\":{\"seconds\":-1,\"at\":\"2026-01-01T00:00:00Z\"}}"), TestCase("{\"t.one kvm cold\":{}}")]
    public async Task A_corrupt_file_is_not_used_and_that_is_said(string content)
    {
        folder.Write("durations.json", content);

        Durations.Read(out var complaint).Should().BeEmpty();
        complaint.Should().Contain("durations.json").And.Contain("recorded again");

        await Durations.RecordAsync("t.one kvm cold", 5, Stop);
        Durations.Read(out complaint).Should().ContainSingle();
        complaint.Should().BeNull();
    }

    [Test]
    public async Task Runs_that_end_at_once_lose_nothing_of_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => new RecordedDurations(folder["durations.json"], TimeProvider.System).RecordAsync($"t.{number} kvm cold", number, Stop))));

        Durations.Read(out _).Should().HaveCount(8);
    }

    [Test]
    public async Task What_has_not_been_seen_for_longest_is_forgotten()
    {
        var full = Enumerable.Range(0, 1000).Select(number => $"\"old{number} kvm cold\":{{\"seconds\":1,\"at\":\"2026-01-01T00:{number / 60:00}:{number % 60:00}Z\"}}");
        folder.Write("durations.json", $"{{{string.Join(',', full)}}}");
        time.SetUtcNow(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));

        await Durations.RecordAsync("t.new kvm cold", 5, Stop);

        Durations.Read(out _).Keys.Should().HaveCount(1000).And.Contain("t.new kvm cold").And.NotContain("old0 kvm cold");
    }
}
