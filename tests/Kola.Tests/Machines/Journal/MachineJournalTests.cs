using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Machines.Guests;
using Kola.Machines.Journal;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Journal;

internal sealed class MachineJournalTests
{
    private static readonly string One = new('1', 32), Two = new('2', 32);
    private TemporaryFolder folder = null!;
    private MachineJournal journal = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare()
    {
        folder = new();
        journal = new(folder.Path, new FakeTimeProvider());
    }

    [TearDown]
    public void Clean()
    {
        journal.Dispose();
        folder.Dispose();
    }

    [Test]
    public void Every_boot_is_marked_and_the_file_has_whole_lines_only()
    {
        Stream(Entry(One, 1, "first"), Entry(One, 2, "last words"), "{\"MESSAGE\":\"cut off");
        journal.Mark("reset", anotherBoot: true);
        Stream("\n", Entry(Two, 1, "again"));

        Lines().Select(line => (string?)line["kola"] ?? (string?)line["MESSAGE"]).Should().Equal("boot", "first", "last words", "reset", "torn", "boot", "again");
        Lines().Where(line => (string?)line["kola"] == "boot").Select(line => (string?)line["detail"]).Should().Equal(One, Two);
    }

    [Test]
    public void Bytes_come_in_any_pieces()
    {
        foreach (var one in Encoding.UTF8.GetBytes(Entry(One, 1, "grüße") + Entry(One, 2, "next")))
            journal.Accept([one]);

        journal.Tail(9).Select(entry => entry.Message).Should().Equal("grüße", "next");
    }

    [Test]
    public void What_is_told_again_is_kept_once()
    {
        Stream(Entry(One, 1, "a"), Entry(One, 2, "b"), "\n", Entry(One, 1, "a"), Entry(One, 2, "b"), Entry(One, 3, "c"));

        journal.Tail(9).Select(entry => entry.Message).Should().Equal("a", "b", "c");
        Lines().Should().HaveCount(4);
    }

    [Test]
    public async Task A_wait_is_over_when_the_entry_comes_or_has_come()
    {
        var wait = journal.WaitForAsync(JournalStreaming.SaysSshListens, Stop);
        Stream(Entry(One, 1, "Started other.service", "other.service"));
        wait.IsCompleted.Should().BeFalse();

        Stream(Entry(One, 2, "Started ssh.service", "ssh.service"));

        (await wait).Message.Should().Be("Started ssh.service");
        (await journal.WaitForAsync(JournalStreaming.SaysSshListens, Stop)).Number.Should().Be(2);
    }

    [Test]
    public async Task A_wait_may_be_for_what_comes_next()
    {
        Stream(Entry(One, 1, "Started a.service", "a.service"));
        var wait = journal.WaitForAsync(entry => entry.Unit == "a.service", journal.Position, Stop);
        wait.IsCompleted.Should().BeFalse();

        Stream(Entry(One, 2, "Stopped a.service", "a.service"));

        (await wait).Number.Should().Be(2);
    }

    [Test]
    public void What_the_boot_before_said_does_not_count_and_is_still_there_to_read()
    {
        Stream(Entry(One, 1, "Started ssh.service", "ssh.service"));
        journal.Streams.Should().BeTrue();

        journal.Mark("reset", anotherBoot: true);

        journal.Streams.Should().BeFalse();
        journal.WaitForAsync(JournalStreaming.SaysSshListens, Stop).IsCompleted.Should().BeFalse();
        journal.Tail(9).Should().ContainSingle();
    }

    [Test]
    public void A_clone_goes_on_where_the_template_was()
    {
        Stream(Entry(One, 1, "Started ssh.service", "ssh.service"));
        journal.Mark("save", anotherBoot: false);
        using var other = new TemporaryFolder();
        using var clone = new MachineJournal(other.Path, new FakeTimeProvider());

        clone.Replay(File.ReadAllBytes(journal.Path));

        clone.Streams.Should().BeTrue();
        File.ReadLines(clone.Path).Should().HaveCount(2, "the boot is marked, the marks of the other machine are its own");
    }

    [Test]
    public void A_line_without_an_end_is_not_collected_for_ever()
    {
        journal.Accept(new byte[3 << 20]);

        new FileInfo(journal.Path).Length.Should().BeGreaterThan(1 << 20);
    }

    private static string Entry(string boot, int number, string message, string? unit = null) =>
        $$"""{"MESSAGE":"{{message}}","__SEQNUM":"{{number}}","_BOOT_ID":"{{boot}}","__REALTIME_TIMESTAMP":"1700000000000000"{{(unit is null ? "" : $",\"UNIT\":\"{unit}\",\"MESSAGE_ID\":\"39f53479d3a045ac8e11786248231fbf\"")}}}""" + "\n";

    private void Stream(params string[] texts)
    {
        foreach (var text in texts)
            journal.Accept(Encoding.UTF8.GetBytes(text));
    }

    private List<JsonNode> Lines() => [.. File.ReadLines(journal.Path).Select(line => JsonNode.Parse(line)!)];
}
