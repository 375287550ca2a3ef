using FluentAssertions;
using Kola.Scenarios.Model.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model.Values;

public sealed class ExitExpectationTests
{
    [TestCase("0", 0, true)]
    [TestCase("0", 1, false)]
    [TestCase("3", 3, true)]
    [TestCase("any", 77, true)]
    [TestCase("failure", 1, true)]
    [TestCase("failure", 0, false)]
    public void An_exit_code_is_judged(string expectation, int code, bool holds)
    {
        ExitExpectation.TryParse(expectation, out var exit).Should().BeTrue();
        (exit.Check(code) is null).Should().Be(holds);
    }
}
