using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Machines.Host;

internal sealed class ShellQuoteTests
{
    [TestCase("plain")]
    [TestCase("")]
    [TestCase("it's $HOME `id` \"x\"")]
    [TestCase("two\nlines")]
    [TestCase("a-newline-at-the-end\n")]
    [TestCase("\n")]
    public async Task A_shell_takes_a_word_as_it_is(string text)
    {
        var said = await Cli.Wrap("sh").WithArguments(["-c", $"printf '%s|' {ShellQuote.Word(text)} end"]).ExecuteBufferedAsync(TestContext.CurrentContext.CancellationToken);

        said.StandardOutput.Should().Be($"{text}|end|");
    }
}
