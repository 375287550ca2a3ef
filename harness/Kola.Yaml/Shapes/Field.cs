using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>A property of a record as a key of a mapping.</summary>
public sealed class Field(PropertyInfo property, Shape shape)
{
    public PropertyInfo Property => property;

    public Shape Shape => shape;

    public string Key { get; } = property.GetCustomAttribute<KeyAttribute>()?.Key ?? KebabCase.Of(property.Name);

    public bool Required { get; } = property.IsDefined(typeof(RequiredMemberAttribute));

    public bool Shorthand { get; } = property.IsDefined(typeof(ShorthandAttribute));

    public JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = shape.Describe(definitions);
        var description = property.GetCustomAttribute<DescriptionAttribute>()?.Description;

        // What stands beside $ref is ignored in draft 7.
        if (description is not null && schema.ContainsKey("$ref"))
            schema = new() { ["allOf"] = new JsonArray(schema) };
        if (description is not null)
            schema["description"] = description;
        var examples = property.GetCustomAttributes<ExampleAttribute>().Select(example => Example(example.Yaml)).ToArray();
        if (examples.Length > 0)
            schema["examples"] = new JsonArray(examples);
        return schema;
    }

    private static JsonNode? Example(string yaml)
    {
        List<YamlProblem> problems = [];
        var node = YamlReader.Read(yaml, System.Text.Encoding.UTF8.GetBytes(yaml), problems);
        return problems is [] ? node?.ToJson() : throw new InvalidOperationException($"example {problems[0]}");
    }
}
