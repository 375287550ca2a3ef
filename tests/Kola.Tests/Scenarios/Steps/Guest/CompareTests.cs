using FluentAssertions;
using Kola.Machines.Ssh;
using Kola.Scenarios.Live;
using Kola.Scenarios.Steps.Guest;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.Guest;

internal sealed class CompareTests
{
    private readonly CompareStep step = new() { Location = new("x.yaml", 1, 1), Command = "print", Outputs = OutputComparison.Equal };

    [Test]
    public void What_a_person_is_not_shown_is_compared_too() =>
        step.Output("node", new CommandResult(0, "begin … end", "", TimeSpan.Zero) { WholeStdout = "begin SECRET end\n" }).Should().Be("begin SECRET end");

    [Test]
    public void Output_that_was_too_long_to_keep_fails_the_step() =>
        step.Invoking(s => s.Output("node", new CommandResult(0, "begin … end", "", TimeSpan.Zero) { WholeStdout = null }))
            .Should().Throw<StepFailedException>().WithMessage("'print' on node: more than 16 MiB are too long to judge*");

    [TestCase(0, " \n", "*printed nothing*")]
    [TestCase(3, "text", "*ended with exit code 3*")]
    public void Output_of_nothing_and_of_a_command_that_failed_is_not_compared(int exit, string stdout, string told) =>
        step.Invoking(s => s.Output("node", new CommandResult(exit, stdout, "", TimeSpan.Zero))).Should().Throw<StepFailedException>().WithMessage(told);
}
