using FluentAssertions;
using Kola.Scenarios.Model.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model.Values;

public sealed class ValuesTests
{
    [TestCase("1GiB", 1L << 30)]
    [TestCase("512MiB", 512L << 20)]
    [TestCase("2GB", 2_000_000_000)]
    [TestCase("10 kB", 10_000)]
    [TestCase("4096B", 4096)]
    [TestCase("0B", 0)]
    public void A_size_is_read(string text, long bytes) => Size.Parse(text).Bytes.Should().Be(bytes);

    [TestCase("")]
    [TestCase("1")]
    [TestCase("1G")]
    [TestCase("-1GiB")]
    [TestCase("1.5GiB")]
    [TestCase("999999999999TiB")]
    [TestCase("1GiB\n")]
    public void A_text_that_is_no_size_is_refused(string text) => Size.TryParse(text, null, out _).Should().BeFalse();

    [TestCase("4GiB")]
    [TestCase("1536MiB")]
    [TestCase("1000B")]
    [TestCase("0B")]
    public void A_size_is_written_as_it_is_read(string text) => Size.Parse(text).ToString().Should().Be(text);

    [TestCase("50%", 500)]
    [TestCase("0.5%", 5)]
    [TestCase("100%", 1000)]
    [TestCase("10B", 10)]
    [TestCase("1MiB", 1000)]
    [TestCase("random", 250)]
    public void A_place_in_a_file_is_read(string text, long position)
    {
        ExtentForm.TryParse(text, out var extent).Should().BeTrue();
        extent.Resolve(1000, draw: 0.25).Should().Be(position);
    }

    [TestCase("")]
    [TestCase("%")]
    [TestCase("101%")]
    [TestCase("-1%")]
    [TestCase("5")]
    [TestCase("Random")]
    public void A_text_that_is_no_place_is_refused(string text) => ExtentForm.TryParse(text, out _).Should().BeFalse();

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
        UnixMode.Parse(text).Bits.Should().Be(bits);
        UnixMode.Parse(text).ToString().Should().Be(text);
    }

    [TestCase("644")]
    [TestCase("0688")]
    [TestCase("00644")]
    [TestCase("rw-r")]
    public void A_text_that_is_no_mode_is_refused(string text) => UnixMode.TryParse(text, null, out _).Should().BeFalse();

    [TestCase("0", 0, true)]
    [TestCase("0", 1, false)]
    [TestCase("3", 3, true)]
    [TestCase("any", 77, true)]
    [TestCase("failure", 1, true)]
    [TestCase("failure", 0, false)]
    public void An_exit_code_is_judged(string expectation, int code, bool holds) =>
        (ExitExpectation.Parse(expectation).Check(code) is null).Should().Be(holds);
}
