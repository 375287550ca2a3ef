using FluentAssertions;
using Kola.Yaml.Values;
using NUnit.Framework;

namespace Kola.Tests.Yaml.Values;

public sealed class ValuesTests
{
    [TestCase("1GiB", 1L << 30)]
    [TestCase("512MiB", 512L << 20)]
    [TestCase("2GB", 2_000_000_000)]
    [TestCase("10 kB", 10_000)]
    [TestCase("4096B", 4096)]
    [TestCase("0B", 0)]
    public void A_size_is_read(string text, long bytes)
    {
        Size.TryParse(text, out var size).Should().BeTrue();
        size.Bytes.Should().Be(bytes);
    }

    [TestCase("")]
    [TestCase("1")]
    [TestCase("1G")]
    [TestCase("-1GiB")]
    [TestCase("1.5GiB")]
    [TestCase("999999999999TiB")]
    [TestCase("1GiB\n")]
    public void A_text_that_is_no_size_is_refused(string text) => Size.TryParse(text, out _).Should().BeFalse();

    [TestCase("4GiB")]
    [TestCase("1536MiB")]
    [TestCase("1000B")]
    [TestCase("0B")]
    public void A_size_is_written_as_it_is_read(string text)
    {
        Size.TryParse(text, out var size).Should().BeTrue();
        size.ToString().Should().Be(text);
    }

    [TestCase("500ms", 500)]
    [TestCase("20s", 20_000)]
    [TestCase("3m", 180_000)]
    [TestCase("1h", 3_600_000)]
    [TestCase("1m30s", 90_000)]
    public void A_duration_is_read(string text, int milliseconds)
    {
        Duration.TryParse(text, out var duration).Should().BeTrue();
        duration.Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [TestCase("")]
    [TestCase("0s")]
    [TestCase("20")]
    [TestCase("-3s")]
    [TestCase("1.5s")]
    [TestCase("30s1m")]
    [TestCase("3 m")]
    [TestCase("3m\n")]
    public void A_text_that_is_no_duration_is_refused(string text) => Duration.TryParse(text, out _).Should().BeFalse();

    [TestCase("0644", 420)]
    [TestCase("4755", 2541)]
    public void A_mode_is_read_as_octal(string text, int bits)
    {
        UnixMode.TryParse(text, out var mode).Should().BeTrue();
        mode.Bits.Should().Be(bits);
        mode.ToString().Should().Be(text);
    }

    [TestCase("644")]
    [TestCase("0688")]
    [TestCase("00644")]
    [TestCase("rw-r")]
    public void A_text_that_is_no_mode_is_refused(string text) => UnixMode.TryParse(text, out _).Should().BeFalse();

    [TestCase("https://example.org/a.img?b=c")]
    [TestCase("http://127.0.0.1:8080/")]
    public void An_address_of_the_web_is_read(string text)
    {
        WebAddress.TryParse(text, out var address).Should().BeTrue();
        address.OriginalString.Should().Be(text);
    }

    [TestCase("")]
    [TestCase("a.img")]
    [TestCase("/a.img")]
    [TestCase("ftp://example.org/a.img")]
    [TestCase("https:///a.img")]
    [TestCase("https://example.org/a b.img")]
    public void A_text_that_is_no_address_is_refused(string text) => WebAddress.TryParse(text, out _).Should().BeFalse();
}
