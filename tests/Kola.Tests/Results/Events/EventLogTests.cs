using FluentAssertions;
using Kola.Results.Events;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Results.Events;

public sealed class EventLogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task What_is_written_is_read_back_numbered_and_dated()
    {
        using var folder = new TemporaryFolder();
        var path = folder[EventLog.FileName];
        await WriteAttempt(path);

        var records = EventLog.Read(path).ToList();

        records.Should().HaveCount(2);
        records[0].Should().Be(new AttemptStarted { Scenario = "boot.uefi[tpm=true]", Attempt = 1, Seq = 1, At = Noon });
        records[1].Should().BeOfType<AttemptFinished>().Which.Outcome.Should().Be(Outcome.Failed);
        records[1].Seq.Should().Be(2);
    }

    [Test]
    public async Task A_torn_last_line_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var path = folder[EventLog.FileName];
        await WriteAttempt(path);
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..^5]);

        EventLog.Read(path).Should().ContainSingle().Which.Should().BeOfType<AttemptStarted>();
    }

    [Test]
    public async Task A_line_taken_out_is_noticed()
    {
        using var folder = new TemporaryFolder();
        var path = folder[EventLog.FileName];
        await WriteAttempt(path);
        var lines = await File.ReadAllLinesAsync(path);
        await File.WriteAllLinesAsync(path, lines[1..]);

        FluentActions.Enumerating(() => EventLog.Read(path))
            .Should().Throw<InvalidDataException>().WithMessage($"{path}:1: record 2 stands where 1 belongs*");
    }

    [TestCase("{}", "not an event record")]
    [TestCase("not json", "not an event record")]
    [TestCase("""{"type":"nobody-knows","v":1,"seq":1}""", "not an event record")]
    [TestCase("""{"type":"attempt-started","v":99,"seq":1,"at":"2026-11-23T12:00:00Z","scenario":"a","attempt":1}""", "use a newer Kola")]
    [TestCase("""{"type":"attempt-finished","v":1,"seq":1,"at":"2026-11-23T12:00:00Z","scenario":"a","attempt":1,"outcome":"splendid","seconds":1}""", "not an event record")]
    public async Task A_malformed_record_is_refused_with_its_line(string line, string why)
    {
        using var folder = new TemporaryFolder();
        var path = folder[EventLog.FileName];
        await File.WriteAllTextAsync(path, line + "\n");

        FluentActions.Enumerating(() => EventLog.Read(path))
            .Should().Throw<InvalidDataException>().WithMessage($"{path}:1: *{why}*");
    }

    [Test]
    public async Task A_log_is_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        var path = folder[EventLog.FileName];
        await WriteAttempt(path);

        FluentActions.Invoking(() => new EventLog(path, TimeProvider.System)).Should().Throw<IOException>();
    }

    private static async Task WriteAttempt(string path)
    {
        await using var log = new EventLog(path, new FakeTimeProvider(Noon));
        log.Write(new AttemptStarted { Scenario = "boot.uefi[tpm=true]", Attempt = 1 });
        log.Write(new AttemptFinished { Scenario = "boot.uefi[tpm=true]", Attempt = 1, Outcome = Outcome.Failed, Seconds = 1.5, Reason = "a unit failed" });
    }
}
