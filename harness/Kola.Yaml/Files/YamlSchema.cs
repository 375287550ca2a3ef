using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Yaml.Files;

/// <summary>JSON Schemas of documents, for editors. Draft 7: what the editors' YAML plug-ins know best.</summary>
public static class YamlSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema of a document as the text of a file.</summary>
    /// <param name="document">The document's record.</param>
    /// <param name="title">What the document is.</param>
    /// <param name="command">Command that writes the schema.</param>
    /// <param name="variable">Pattern of a variable that may stand for any value; <see langword="null"/> where the document has no variables.</param>
    public static string Text(Type document, string title, string command, string? variable = null)
    {
        var definitions = new SchemaDefinitions(variable);
        var described = ShapeFactory.DocumentOf(document).Describe(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = $"Made by '{command}'; do not edit.",
        };
        foreach (var (key, value) in described)
            schema[key] = value?.DeepClone();
        schema["definitions"] = definitions.ToJson();
        return schema.ToJsonString(Indented) + "\n";
    }

    /// <summary>The schema of several documents, each a definition of its own name; what is valid is any of them.</summary>
    /// <inheritdoc cref="Text(Type, string, string, string?)"/>
    public static string Text(IReadOnlyList<(string Name, Type Document)> documents, string title, string command)
    {
        var definitions = new SchemaDefinitions(variable: null);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = $"Made by '{command}'; do not edit.",
            ["anyOf"] = new JsonArray([.. documents.Select(document => definitions.Reference(document.Name, () => ShapeFactory.DocumentOf(document.Document).Describe(definitions)))]),
            ["definitions"] = definitions.ToJson(),
        };
        return schema.ToJsonString(Indented) + "\n";
    }
}
