using System.Text;
using FluentAssertions;
using Kola.Machines.Journal;
using NUnit.Framework;

namespace Kola.Tests.Machines.Journal;

internal sealed class JournalLineTests
{
    private const string Boot = "0123456789abcdef0123456789abcdef";

    [Test]
    public void What_the_manager_says_of_a_unit_is_read() => Parse($$"""
        {"JOB_RESULT":"done","JOB_TYPE":"start","UNIT":"ssh.service","MESSAGE":"Started ssh.service - OpenSSH Server.","MESSAGE_ID":"39f53479d3a045ac8e11786248231fbf","SYSLOG_IDENTIFIER":"systemd","__SEQNUM":"412","_BOOT_ID":"{{Boot}}","__REALTIME_TIMESTAMP":"1700000000123456","__CURSOR":"s=x"}
        """).Should().Be(new JournalEntry(
            Boot, 412, DateTimeOffset.UnixEpoch.AddMicroseconds(1700000000123456), "systemd", "Started ssh.service - OpenSSH Server.", "39f53479d3a045ac8e11786248231fbf", "ssh.service", "start done"));

    [TestCase("\"text\"", "text")]
    [TestCase("[104,105,255]", "hi\ufffd", TestName = "Bytes that are no UTF-8")]
    [TestCase("[\"first\",\"second\"]", "first", TestName = "A field that was given twice")]
    [TestCase("null", "", TestName = "A field that was too long for journalctl")]
    [TestCase("[]", "", TestName = "No bytes at all")]
    public void A_message_has_one_of_several_shapes(string value, string message) =>
        Parse($$"""{"MESSAGE":{{value}},"_TRANSPORT":"kernel","_BOOT_ID":"{{Boot}}","__REALTIME_TIMESTAMP":"1"}""")!.Should().Match<JournalEntry>(e => e.Message == message && e.Identifier == "kernel" && e.Number == null);

    [TestCase("")]
    [TestCase("{\"MESSAGE\":\"cut off in the mid")]
    [TestCase("{\"MESSAGE\":\"a\"}")]
    [TestCase("{\"_BOOT_ID\":\"0123456789abcdef0123456789abcdef\",\"__REALTIME_TIMESTAMP\":\"9223372036854775807\"}")]
    [TestCase("[1]")]
    [TestCase("\u0000")]
    public void What_is_no_whole_entry_is_none(string line) => Parse(line).Should().BeNull();

    private static JournalEntry? Parse(string line) => JournalLine.Parse(Encoding.UTF8.GetBytes(line.Trim()));
}
