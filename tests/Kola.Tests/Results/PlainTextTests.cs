using FluentAssertions;
using Kola.Results;
using NUnit.Framework;

namespace Kola.Tests.Results;

public sealed class PlainTextTests
{
    [TestCase("\e[1;31mred\e[0m", "red", TestName = "Colours of a terminal")]
    [TestCase("\e]0;a title\a\e]8;;https://x\e\\link", "link", TestName = "Titles and links of a terminal")]
    [TestCase("\e]0;never ends, so it hides nothing", "0;never ends, so it hides nothing", TestName = "A sequence without an end")]
    [TestCase("one\r\ntwo\rthree", "one\ntwo\nthree", TestName = "Line ends")]
    [TestCase("a\0b\u0007c", "a\uFFFDb\uFFFDc", TestName = "Control characters")]
    [TestCase("exe\u202Egpj", "exe\uFFFDgpj", TestName = "Marks that turn the direction of writing")]
    [TestCase("\uFFFE\uFDD0", "\uFFFD\uFFFD", TestName = "Noncharacters")]
    [TestCase("naïve 日本 😀", "naïve 日本 😀", TestName = "Text of any script stays")]
    public void What_is_no_text_is_taken_out_or_replaced(string text, string plain) => PlainText.Of(text).Should().Be(plain);

    [Test]
    public void A_lone_surrogate_is_replaced() => PlainText.Of($"a{(char)0xD800}b{(char)0xDC00}").Should().Be("a\uFFFDb\uFFFD");

    [Test]
    public void Of_a_long_text_its_beginning_and_its_end_stay_and_it_says_how_much_is_missing()
    {
        var text = PlainText.Of($"first {new string('x', 10 << 20)} last", 300);

        text.Should().StartWith("first x").And.EndWith("x last").And.Contain("… 10485471 characters left out …");
        text.Length.Should().BeLessThan(400);
    }

    [Test]
    public void A_title_is_one_line() => PlainText.Line("one\ntwo\tthree", 7).Should().Be("one two…");
}
