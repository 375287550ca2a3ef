using FluentAssertions;
using Kola.Servers.Payloads;
using NUnit.Framework;

namespace Kola.Tests.Servers.Payloads;

public sealed class ExtentTests
{
    [TestCase("50%", 500)]
    [TestCase("0.5%", 5)]
    [TestCase("100%", 1000)]
    [TestCase("10B", 10)]
    [TestCase("1MiB", 1000)]
    [TestCase("random", 250)]
    public void A_place_in_a_file_is_read(string text, long position)
    {
        Extent.TryParse(text, out var extent).Should().BeTrue();
        extent.Resolve(1000, draw: 0.25).Should().Be(position);
    }

    [TestCase("")]
    [TestCase("%")]
    [TestCase("101%")]
    [TestCase("-1%")]
    [TestCase("5")]
    [TestCase("Random")]
    public void A_text_that_is_no_place_is_refused(string text) => Extent.TryParse(text, out _).Should().BeFalse();
}
