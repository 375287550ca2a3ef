using System.Text;
using CsCheck;
using FluentAssertions;
using Kola.Machines.Qemu.Serial;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Serial;

internal sealed class ConsoleLinesTests
{
    private static (IReadOnlyList<string> Lines, string Unfinished) Read(params IEnumerable<byte[]> chunks)
    {
        var reader = new ConsoleLines();
        var lines = new List<string>();
        foreach (var chunk in chunks)
            reader.Add(chunk, lines.Add);
        return (lines, reader.Unfinished);
    }

    private static (IReadOnlyList<string> Lines, string Unfinished) Read(string text) => Read([Encoding.UTF8.GetBytes(text)]);

    [TestCase("one\r\ntwo\n", "one|two")]
    [TestCase("one\r\r\ntwo\n", "one|two")]
    [TestCase("\r\n\r\n", "|")]
    [TestCase("10%\r20%\r100%\r\n", "10%|20%|100%")]
    [TestCase("\e[0;1;31mKernel\e[0m panic\n", "Kernel panic")]
    [TestCase("\e[?25l\e(B\e[mx\e]0;title\ay\e]8;;http://x\e\\z\n", "xyz")]
    [TestCase("\e[2J\e[01;01Hfirst\e[02;01Hsecond\n", "first|second")]
    [TestCase("a\0b\bc\td\n", "abc\td")]
    [TestCase("an unended title\e]0;oops\nnext\n", "an unended title|next")]
    [TestCase("grün ✔\n", "grün ✔")]
    public void Text_is_cleaned(string given, string lines) =>
        string.Join('|', Read(given).Lines).Should().Be(lines);

    [Test]
    public void A_prompt_is_seen_without_a_line_end() => Read("boot\r\nlogin: ").Unfinished.Should().Be("login: ");

    [Test]
    public void Bytes_that_are_no_text_lose_no_line() => Read([[0xff, (byte)'a', 0xc3, (byte)'\n', (byte)'b', (byte)'\n']]).Lines.Should().HaveCount(2);

    [Test]
    public void An_endless_line_is_broken() => Read(new string('x', 100_000)).Lines.Should().HaveCount(6);

    [Test]
    public void Chunks_make_no_difference()
    {
        var bytes = Encoding.UTF8.GetBytes("\e[2J\e[01;01Hgrün\r\n\e[0;32m  OK  \e[0m ✔ done\r\r\n10%\r20%\e]0;t\a\e]8;;x\e\\!\n\e(Blast> ");
        var whole = Read([bytes]);
        Gen.Int[0, bytes.Length].Array[0, 8].Sample(cuts =>
        {
            var at = cuts.Append(0).Append(bytes.Length).Order().ToArray();
            var cut = Read(at.Zip(at.Skip(1), (from, to) => bytes[from..to]));
            return cut.Lines.SequenceEqual(whole.Lines) && cut.Unfinished == whole.Unfinished;
        });
    }
}
