using System.CommandLine;
using Kola.Cli.Shell;

namespace Kola.Cli.Commands;

/// <summary><c>kola completion</c>: what a shell needs to complete Kola's command line.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Print the completion of a shell: source <(kola completion bash). The packages install it.") { shell };
        command.SetAction(result =>
        {
            Console.Write(CompletionScripts.Of(result.GetValue(shell)!));
            return ExitCode.Passed;
        });
        return command;
    }
}
