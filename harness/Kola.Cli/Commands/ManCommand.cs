using System.CommandLine;
using Kola.Cli.Shell;

namespace Kola.Cli.Commands;

/// <summary><c>kola man</c>: the manual page, made from the commands that there are.</summary>
internal static class ManCommand
{
    public static Command Create()
    {
        var command = new Command("man", "Print the manual page: kola man | man -l -. The packages install it.");
        command.SetAction(_ =>
        {
            Console.Write(new ManualPage(CommandTree.Whole(), KolaVersion.Text));
            return ExitCode.Passed;
        });
        return command;
    }
}
