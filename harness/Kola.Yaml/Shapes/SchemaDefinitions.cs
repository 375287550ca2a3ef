using System.Text.Json.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>The <c>definitions</c> of a JSON schema: what is used in several places, described once.</summary>
/// <param name="variable">Anchored pattern of a variable that may stand for any value; <see langword="null"/> where files have no variables.</param>
public sealed class SchemaDefinitions(string? variable)
{
    private readonly SortedDictionary<string, JsonObject?> definitions = new(StringComparer.Ordinal);

    /// <summary>A reference to the definition, which is made at its first use.</summary>
    public JsonObject Reference(string name, Func<JsonObject> describe)
    {
        if (definitions.TryAdd(name, null))
            definitions[name] = describe();
        return new() { ["$ref"] = $"#/definitions/{name}" };
    }

    /// <summary>A schema that also admits a variable, as <c>${name}</c>.</summary>
    public JsonObject OrVariable(JsonObject schema) => variable is null
        ? schema
        : new() { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "string", ["pattern"] = variable }) };

    /// <summary>A pattern that also admits a text with a variable somewhere: it cannot be judged before the variable is replaced.</summary>
    public string OrVariable(string pattern) => variable is null ? pattern : $@"({pattern})|(\$\{{)";

    public JsonObject ToJson() => new(definitions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
