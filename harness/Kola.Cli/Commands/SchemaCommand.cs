using System.CommandLine;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary><c>kola schema</c>: the JSON schema of scenario files, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON schema of scenario files (scenarios/scenario.schema.json is this, checked in).");
        command.SetAction(_ =>
        {
            Console.Write(ScenarioSchema.Text());
            return ExitCode.Passed;
        });
        return command;
    }
}
