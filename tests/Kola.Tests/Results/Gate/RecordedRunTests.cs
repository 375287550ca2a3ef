using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Gate;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate;

/// <summary>A log on disk that was altered by anybody who does not write it anew as a whole.</summary>
public sealed class RecordedRunTests
{
    private static readonly string[] One = ["boot.one"];
    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task A_log_as_it_was_written_can_be_judged()
    {
        var run = await WriteAsync("whole");

        var read = RecordedRun.Load(run);

        read.Should().BeEquivalentTo(new { Name = "whole", Damage = (string?)null });
        Judge.Of(Recording.Request(One, read)).Result.Should().Be(GateResult.Passed);
    }

    [Test]
    public void A_log_that_is_not_there_is_damage() => RecordedRun.Load(folder["nowhere"]).Damage.Should().Contain("cannot be read");

    [Test]
    public async Task Any_byte_that_is_altered_blocks()
    {
        var path = Path.Combine(await WriteAsync("flipped"), EventLog.FileName);
        var bytes = await File.ReadAllBytesAsync(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = bytes.ToArray();
            altered[i] ^= 1;
            await File.WriteAllBytesAsync(path, altered);
            Judge.Of(Recording.Request(One, RecordedRun.Load(Path.GetDirectoryName(path)!))).Result.Should().Be(GateResult.NotProven, "byte {0} was altered", i);
        }
    }

    [Test]
    public async Task Any_line_that_is_taken_out_doubled_or_moved_blocks()
    {
        var path = Path.Combine(await WriteAsync("lines"), EventLog.FileName);
        var lines = await File.ReadAllLinesAsync(path);
        for (var i = 0; i < lines.Length; i++)
        {
            string[][] altered = [[.. lines[..i], .. lines[(i + 1)..]], [.. lines[..i], lines[i], .. lines[i..]], [.. lines[..i], .. lines[i..].Reverse()]];
            foreach (var other in altered.Where(a => !a.SequenceEqual(lines)))
            {
                await File.WriteAllLinesAsync(path, other);
                Judge.Of(Recording.Request(One, RecordedRun.Load(Path.GetDirectoryName(path)!))).Result.Should().Be(GateResult.NotProven);
            }
        }
    }

    [Test]
    public async Task What_follows_the_end_blocks()
    {
        var path = Path.Combine(await WriteAsync("followed"), EventLog.FileName);
        await File.AppendAllTextAsync(path, "{");

        RecordedRun.Load(Path.GetDirectoryName(path)!).Damage.Should().Contain("something follows the last record");
    }

    [Test]
    public async Task A_log_cut_off_anywhere_blocks()
    {
        var path = Path.Combine(await WriteAsync("cut"), EventLog.FileName);
        var bytes = await File.ReadAllBytesAsync(path);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            await File.WriteAllBytesAsync(path, bytes[..length]);
            Judge.Of(Recording.Request(One, RecordedRun.Load(Path.GetDirectoryName(path)!))).Result.Should().Be(GateResult.NotProven, "only {0} bytes are there", length);
        }
    }

    private async Task<string> WriteAsync(string name)
    {
        Directory.CreateDirectory(folder[name]);
        await using var log = new EventLog(Path.Combine(folder[name], EventLog.FileName), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Recording.Noon));
        foreach (var record in new Recording(name).Plan(One).Attempt("boot.one", 1, Outcome.Passed).End().Run.Events)
            log.Write(record);
        return folder[name];
    }
}
