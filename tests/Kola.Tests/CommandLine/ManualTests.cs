using System.Text.RegularExpressions;
using CliWrap.Buffered;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>Manual page and completions: made from the commands that there are, and read by the real programs.</summary>
[Parallelizable]
internal sealed class ManualTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task The_manual_page_has_every_command_and_every_option_that_help_shows()
    {
        using var kola = new KolaSandbox();
        var page = string.Join('\n', (await kola.RunAsync(["man"], Stop)).Stdout).Replace("\\-", "-", StringComparison.Ordinal);

        var commands = Section((await kola.RunAsync(["--help"], Stop)).Stdout, "Commands:");
        commands.Should().HaveCountGreaterThan(15);
        commands.Should().OnlyContain(command => page.Contains($"\n.SS kola {command}"));
        foreach (var command in new[] { "run", "gate", "init", "list" })
        {
            var options = Section((await kola.RunAsync([command, "--help"], Stop)).Stdout, "Options:").Where(option => option.StartsWith("--", StringComparison.Ordinal)).ToArray();
            options.Should().NotBeEmpty().And.OnlyContain(option => Regex.IsMatch(page, $@"\n\.SS kola {command}\b(?:(?!\n\.S[SH] )[\s\S])*?\n\.B {option}\b"), command);
        }
    }

    [Test]
    public async Task Groff_reads_the_manual_page_without_a_complaint()
    {
        if (!File.Exists("/usr/bin/groff"))
            Assert.Ignore("groff is not installed");
        using var kola = new KolaSandbox();

        var read = await kola.Wrap("bash", ["-c", $"dotnet '{AppContext.BaseDirectory}/kola.dll' man | groff -man -Tascii -ww -P-c"]).ExecuteBufferedAsync(Stop);

        read.ExitCode.Should().Be(0);
        read.StandardError.Should().BeEmpty();
        Regex.Replace(read.StandardOutput, ".\b", "").Should().Contain("KOLA(1)").And.Contain("--candidate DIR").And.Contain("EXIT STATUS");
    }

    [TestCase("kola lin", "lint")]
    [TestCase("kola completion ", "bash fish zsh")]
    [TestCase("kola run t.o", "t.one")]
    [TestCase("kola run --cand", "--candidate")]
    [TestCase("kola list --old", "--oldest")]
    [TestCase("kola init --firmware ", "bios uefi")]
    public async Task Bash_completes(string line, string expected)
    {
        using var kola = new KolaSandbox();
        kola.Write("bin/kola", $"#!/bin/sh\nexec dotnet '{AppContext.BaseDirectory}/kola.dll' \"$@\"\n");
        File.SetUnixFileMode(kola["bin/kola"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = $$"""
            PATH={{kola["bin"]}}:$PATH
            source <(kola completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            COMP_WORDS=($COMP_LINE); [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _kola
            printf '%s\n' "${COMPREPLY[@]}" | sort
            complete -p kola >&2
            """;

        var ended = await kola.Wrap("bash", ["-c", script]).ExecuteBufferedAsync(Stop);

        ended.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Contain(expected.Split(' '));
        ended.StandardOutput.Should().NotContain("/?");
        ended.StandardError.Trim().Should().Be("complete -o default -F _kola kola");
    }

    [TestCase("zsh", Category = "zsh")]
    [TestCase("fish", Category = "fish")]
    public async Task A_shell_reads_its_completion(string shell)
    {
        if (!File.Exists($"/usr/bin/{shell}"))
            Assert.Ignore($"{shell} is not installed");
        using var kola = new KolaSandbox();
        var script = string.Join('\n', (await kola.RunAsync(["completion", shell], Stop)).Stdout);

        var read = await kola.Wrap(shell, ["-n", kola.Write("completion", script)]).ExecuteBufferedAsync(Stop);

        read.ExitCode.Should().Be(0, read.StandardError);
        script.Should().Contain("[suggest:");
    }

    /// <summary>The first words of the lines below a heading of a help text.</summary>
    private static string[] Section(IEnumerable<string> help, string heading) =>
    [
        .. help.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Where(line => line[2] != ' ')
            .SelectMany(line => line.Trim().Split("  ")[0].Split(", ")).Select(word => word.Split(' ')[0]).Where(word => word is not ("--help" or "--version")),
    ];
}
