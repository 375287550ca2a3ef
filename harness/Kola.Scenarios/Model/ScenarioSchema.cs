using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Scenarios.Model.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>The JSON Schema of scenario files, for editors. Draft 7: what the editors' YAML plug-ins know best.</summary>
public static class ScenarioSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Name of the checked-in file, in the folder of the scenarios.</summary>
    public const string FileName = "scenario.schema.json";

    /// <summary>The schema as the text of <see cref="FileName"/>.</summary>
    public static string Text()
    {
        var definitions = new SchemaDefinitions();
        var document = ShapeFactory.Document.Describe(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Kola scenario",
            ["description"] = "Made by 'kola schema'; do not edit.",
        };
        foreach (var (key, value) in document)
            schema[key] = value?.DeepClone();
        schema["definitions"] = definitions.ToJson();
        return schema.ToJsonString(Indented) + "\n";
    }
}
