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
    [TestCase("x \e[0;1;3\nKernel panic\n", "x |Kernel panic", TestName = "A line end ends a control sequence")]
    [TestCase("x\e[0;1;3\rKernel panic\n", "x|Kernel panic", TestName = "A carriage return ends a control sequence")]
    [TestCase("\e[0;1\x18Kernel panic\n", "Kernel panic", TestName = "CAN ends a control sequence")]
    [TestCase("\e]0;title\x1aKernel panic\n", "Kernel panic", TestName = "SUB ends a string")]
    [TestCase("\e[0;1\e[31mKernel panic\n", "Kernel panic", TestName = "An escape begins a sequence anew")]
    [TestCase("\e]0;title\e[31mKernel panic\n", "Kernel panic", TestName = "An escape ends a string")]
    [TestCase("\e[3\u00fcber\n", "über", TestName = "A character that no sequence has is text")]
    [TestCase("\e(\nKernel panic\n", "|Kernel panic", TestName = "A line end ends a designation")]
    [TestCase("\e\nKernel panic\n", "|Kernel panic", TestName = "A line end ends a lone escape")]
    [TestCase("\e]P0aabbccKernel panic\n", "Kernel panic", TestName = "A palette colour of the Linux console has no end mark")]
    [TestCase("\e]RKernel panic\n", "Kernel panic", TestName = "Nor has the reset of its palette")]
    [TestCase("\eP1$r0m\e\\\e_data\e\\ok\n", "ok", TestName = "Device control and application strings show nothing")]
    [TestCase("\e[0\0;31mred\n", "red", TestName = "Padding within a sequence is passed over")]
    public void Text_is_cleaned(string given, string lines) =>
        string.Join('|', Read(given).Lines).Should().Be(lines);

    /// <summary>Bytes as consoles sent them: <c>tests/corpus/console/NAME.bytes</c>, and the lines that they are in <c>NAME.lines</c>.</summary>
    [TestCaseSource(nameof(Corpus))]
    public void Reported_bytes_are_these_lines(string name)
    {
        var folder = Path.Combine(Checkout.Root, "tests/corpus/console");
        Read([File.ReadAllBytes(Path.Combine(folder, name + ".bytes"))]).Lines.Should().Equal(File.ReadAllLines(Path.Combine(folder, name + ".lines")));
    }

    private static IEnumerable<string> Corpus() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests/corpus/console"), "*.bytes").Select(path => Path.GetFileNameWithoutExtension(path)).Order();

    [Test]
    public void A_prompt_is_seen_without_a_line_end() => Read("boot\r\nlogin: ").Unfinished.Should().Be("login: ");

    [Test]
    public void Bytes_that_are_no_text_lose_no_line() => Read([[0xff, (byte)'a', 0xc3, (byte)'\n', (byte)'b', (byte)'\n']]).Lines.Should().HaveCount(2);

    [Test]
    public void An_endless_line_is_broken() => Read(new string('x', 100_000)).Lines.Should().HaveCount(6);

    [Test]
    public void A_string_without_an_end_hides_a_bounded_text() =>
        Read("\e]0;" + new string('x', EscapeSequences.LongestString) + "Kernel panic\n").Lines.Should().ContainSingle().Which.Should().EndWith("Kernel panic");

    [Test]
    public void Parameters_without_an_end_hide_a_bounded_text() =>
        Read("\e[" + new string('1', 4000) + "Kernel panic\n").Lines.Should().ContainSingle().Which.Should().EndWith("Kernel panic");

    [Test]
    public void Whatever_comes_before_a_line_end_the_next_line_is_whole() =>
        Gen.Byte.Array[0, 40].Where(bytes => bytes.Length == 0 || bytes[^1] < 0x80).Sample(bytes => Read(bytes, "\nKernel panic - not syncing\n"u8.ToArray()).Lines.Contains("Kernel panic - not syncing"));

    [Test]
    public void No_text_without_escapes_is_lost() =>
        Gen.Char[' ', '~'].Array[0, 60].Select(characters => new string(characters)).Sample(text => Read(text + "\n").Lines.SequenceEqual([text]));

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
