using FluentAssertions;
using Kola.Results.Logs;
using NUnit.Framework;

namespace Kola.Tests.Results.Logs;

/// <summary>Console and journal as they lie in an attempt's folder, read for a page.</summary>
public sealed class MachineLogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void Make() => folder = new();

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public void A_console_is_dated_by_the_file_beside_it_and_shows_what_Kola_did()
    {
        folder.Write("console.log", "\e[2Jfirst\r\nsecond\r\nthird");
        folder.Write("console.times.jsonl", $$"""
            {"offset":0,"at":"{{Noon.AddSeconds(1):O}}"}
            {"offset":19,"at":"{{Noon.AddSeconds(4):O}}","mark":"power-cut"}
            {"offset":19,"at":"{{Noon.AddSeconds(5):O}}"}
            torn
            """);

        ConsoleLog.Read(folder.Path, Noon).Lines.Select(line => ((line.At - Noon).TotalSeconds, line.Text, line.Number)).Should()
            .Equal((1, "first", 1), (1, "second", 2), (4, "Kola: power-cut", 0), (5, "third", 3));
    }

    [Test]
    public void A_journal_shows_who_said_what_and_how_bad_it_is()
    {
        Journal(Mark("power-on", 1), Entry("kernel", "hello", 2, 6), Entry("sshd", "no", 3, 3), Entry("x", "hm", 4, 4), "{\"torn");

        Lines().Select(line => (line.Text, line.Weight)).Should()
            .Equal(("Kola: power-on", LogWeight.Mark), ("kernel: hello", LogWeight.Plain), ("sshd: no", LogWeight.Error), ("x: hm", LogWeight.Warning));
    }

    [Test]
    public void Entries_of_the_template_are_left_out_and_counted()
    {
        Journal(Entry("kernel", "of the template", -60, 6), Mark("resume", 1), Entry("kernel", "own", 2, 6));

        var read = JournalLog.Read(folder.Path, Noon, Noon.AddMinutes(1));
        read.Lines.Select(line => line.Text).Should().Equal("Kola: resume", "kernel: own");
        read.Missing.Should().Be("1 entries of the template that the machine was cloned from");
    }

    [Test]
    public void What_a_wrong_clock_dates_stays_between_what_the_host_saw()
    {
        Journal(Mark("power-on", 1), Entry("a", "years ago", -1_000_000, 6), Entry("b", "far ahead", 1_000_000, 6), Mark("reset-done", 20), Entry("c", "ahead at the end", 1_000_000, 6));

        Lines().Select(line => (line.Text, (line.At - Noon).TotalSeconds)).Should()
            .Equal(("Kola: power-on", 1), ("a: years ago", 1), ("b: far ahead", 20), ("Kola: reset-done", 20), ("c: ahead at the end", 60));
    }

    [Test]
    public void Of_a_long_log_the_errors_the_beginning_and_the_end_stay_and_gaps_are_told()
    {
        var lines = Enumerable.Range(0, 1000).Select(i => new LogLine(Noon.AddSeconds(i), $"line {i}", i == 500 ? LogWeight.Error : LogWeight.Plain, i + 1)).ToArray();

        var excerpt = new LogText(lines, null).Excerpt(60).Lines;

        excerpt.Count(line => line.Weight is not LogWeight.Gap).Should().Be(60);
        excerpt[0].Text.Should().Be("line 0");
        excerpt[^1].Text.Should().Be("line 999");
        excerpt.Should().Contain(line => line.Text == "line 500").And.Contain(line => line.Text == "… 490 lines left out");
    }

    private IReadOnlyList<LogLine> Lines() => JournalLog.Read(folder.Path, Noon, Noon.AddMinutes(1)).Lines;

    private void Journal(params string[] lines) => folder.Write("journal.jsonl", string.Join('\n', lines));

    private static string Mark(string mark, int seconds) => $$"""{"kola":"{{mark}}","at":"{{Noon.AddSeconds(seconds):O}}"}""";

    private static string Entry(string who, string said, int seconds, int priority) =>
        $$"""{"SYSLOG_IDENTIFIER":"{{who}}","MESSAGE":"{{said}}","PRIORITY":"{{priority}}","__REALTIME_TIMESTAMP":"{{Noon.AddSeconds(seconds).ToUnixTimeMilliseconds() * 1000}}"}""";
}
