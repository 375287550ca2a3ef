using System.CommandLine;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary><c>kola schema</c>: the JSON schemas of scenario files and the gate's files, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var of = new Argument<string>("of") { Description = "scenario, gate (ci/gate.yaml) or quarantine (ci/quarantine.yaml).", DefaultValueFactory = _ => "scenario" };
        of.AcceptOnlyFromAmong("scenario", "gate", "quarantine");
        var command = new Command("schema", "Print the JSON schema of scenario files, or of the gate's files. What it prints is checked in beside them (scenarios/scenario.schema.json).") { of };
        command.SetAction(result =>
        {
            Console.Write(result.GetValue(of) switch
            {
                "gate" => GateSchema.PolicyText(),
                "quarantine" => GateSchema.QuarantineText(),
                _ => ScenarioSchema.Text(),
            });
            return ExitCode.Passed;
        });
        return command;
    }
}
