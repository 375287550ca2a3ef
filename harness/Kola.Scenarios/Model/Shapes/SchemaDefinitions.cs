using System.Text.Json.Nodes;

namespace Kola.Scenarios.Model.Shapes;

/// <summary>The <c>definitions</c> of the JSON schema: what is used in several places, described once.</summary>
internal sealed class SchemaDefinitions
{
    private readonly SortedDictionary<string, JsonObject?> definitions = new(StringComparer.Ordinal);

    /// <summary>A reference to the definition, which is made at its first use.</summary>
    public JsonObject Reference(string name, Func<JsonObject> describe)
    {
        if (definitions.TryAdd(name, null))
            definitions[name] = describe();
        return new() { ["$ref"] = $"#/definitions/{name}" };
    }

    public JsonObject ToJson() => new(definitions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
