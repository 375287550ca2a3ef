using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Scenarios.Model.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>The JSON Schemas of scenario files and of the gate's files, for editors. Draft 7: what the editors' YAML plug-ins know best.</summary>
public static class ScenarioSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Name of the checked-in file, in the folder of the scenarios.</summary>
    public const string FileName = "scenario.schema.json";

    /// <summary>The schema as the text of <see cref="FileName"/>.</summary>
    public static string Text() => Text(ShapeFactory.Document, "Kola scenario", "kola schema");

    /// <summary>The schema of <c>ci/gate.yaml</c>.</summary>
    public static string GateText() => Text(ShapeFactory.Gate, "Kola gate policy", "kola schema gate");

    /// <summary>The schema of <c>ci/quarantine.yaml</c>.</summary>
    public static string QuarantineText() => Text(ShapeFactory.Quarantine, "Kola quarantine", "kola schema quarantine");

    private static string Text(RecordLayout layout, string title, string command)
    {
        var definitions = new SchemaDefinitions();
        var document = layout.Describe(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = $"Made by '{command}'; do not edit.",
        };
        foreach (var (key, value) in document)
            schema[key] = value?.DeepClone();
        schema["definitions"] = definitions.ToJson();
        return schema.ToJsonString(Indented) + "\n";
    }
}
