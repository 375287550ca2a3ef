using System.CommandLine;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;

namespace Kola.Cli.Commands;

/// <summary><c>kola schema</c>: the JSON schemas of the files that people write, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var of = new Argument<string>("of") { Description = "scenario, gate (ci/gate.yaml), quarantine (ci/quarantine.yaml), catalog (images/catalog.yaml) or adapter (what adapter programs are asked and answer).", DefaultValueFactory = _ => "scenario" };
        of.AcceptOnlyFromAmong("scenario", "gate", "quarantine", "catalog", "adapter");
        var command = new Command("schema", "Print the JSON schema of scenario files, the gate's files, the image catalog or adapter programs, for editors. It is checked in beside them (scenarios/scenario.schema.json).") { of };
        command.SetAction(result =>
        {
            Console.Write(result.GetValue(of) switch
            {
                "gate" => GateSchema.PolicyText(),
                "quarantine" => GateSchema.QuarantineText(),
                "catalog" => ImageCatalog.Schema(),
                "adapter" => AdapterSchema.Text(),
                _ => ScenarioSchema.Text(),
            });
            return ExitCode.Passed;
        });
        return command;
    }
}
