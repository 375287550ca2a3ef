using FluentAssertions;
using Kola.Scenarios.Clusters;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Clusters;

internal sealed class WrittenValuesTests
{
    private WrittenValues written = new();

    [SetUp]
    public void Begin() => written = new();

    [Test]
    public void The_last_acknowledged_value_is_read()
    {
        written.Acknowledge("1", "").Should().BeNull();
        written.Acknowledge("2", "1").Should().BeNull();
    }

    [Test]
    public void What_was_there_before_the_first_write_is_nobodys_matter() => written.Acknowledge("1", "another's").Should().BeNull();

    [Test]
    public void A_value_whose_fate_is_not_known_may_be_read_and_may_not_be()
    {
        written.Acknowledge("1", "");
        written.Doubt("2");
        written.Acknowledge("3", "1").Should().BeNull();
        written.Acknowledge("4", "3").Should().BeNull();
        written.Acknowledge("5", "2").Should().BeNull("a write without an answer may take effect at any time");
    }

    [TestCase("1", Description = "A member that is behind")]
    [TestCase("", Description = "A member that lost all")]
    public void A_value_that_is_lost_is_noticed(string read)
    {
        written.Acknowledge("1", "");
        written.Acknowledge("2", "1");

        written.Acknowledge("3", read).Should().Be($"a write is lost: 2 was acknowledged, and '{read}' is read afterwards");
    }
}
