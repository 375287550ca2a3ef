using FluentAssertions;
using Kola.Machines;
using Kola.Scenarios.Attempts.Holding;
using Kola.Scenarios.Model;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Attempts.Holding;

/// <summary>Which step somebody means by <c>--break</c>.</summary>
internal sealed class BreakPointTests
{
    [TestCase("1", 1), TestCase("4", 4)]
    [TestCase("look around", 2)]
    [TestCase("reboot", 3)]
    [TestCase("run: first", 1)]
    [TestCase("reboot: soft", 3)]
    public void A_step_is_found_by_number_name_title_or_kind(string wanted, int step) => Find(wanted).Should().Be(step);

    [TestCase("0"), TestCase("5"), TestCase("-1"), TestCase("power-cut"), TestCase("")]
    public void A_step_that_is_not_there_is_refused_with_those_that_are(string wanted) =>
        FluentActions.Invoking(() => Find(wanted)).Should().Throw<InputException>()
            .WithMessage("--break: t.one has no step*there are\n  1  run: first\n  2  look around\n  3  reboot: soft\n  4  run: last");

    [Test]
    public void A_kind_that_is_there_more_than_once_is_refused_with_the_numbers() =>
        FluentActions.Invoking(() => Find("run")).Should().Throw<InputException>()
            .WithMessage("*has 3 steps 'run': give the number of one*\n  1  run: first\n  2  look around\n  4  run: last");

    private static int Find(string wanted)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("t.yaml", """
            scenario: t.one
            summary: A scenario of a test
            timeout: 10m
            image: kola-os
            machines: { node: {} }
            steps:
              - run: first
              - run: second
                name: look around
              - reboot: soft
              - run: last
            """);
        return BreakPoint.Find(ScenarioFile.Load(file).Expand()[0], wanted);
    }
}
