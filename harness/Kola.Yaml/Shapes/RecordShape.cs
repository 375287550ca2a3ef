using System.Text.Json.Nodes;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>A mapping with fixed keys; a single value may stand for it where a property is the shorthand.</summary>
public sealed class RecordShape(string definition, Lazy<RecordLayout> layout) : Shape
{
    private Field? Shorthand => layout.Value.All.FirstOrDefault(key => key.Shorthand && layout.Value.Own.Contains(key));

    private string Keys => $"a mapping of {string.Join(", ", layout.Value.All.Select(key => key.Key))}";

    public override string Expected => Shorthand is { } shorthand ? $"{shorthand.Shape.Expected}, or {Keys}" : Keys;

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        if (node is YamlMapping mapping)
            return layout.Value.TryBind(mapping, context, out value);
        if (Shorthand is not { } shorthand || !shorthand.Shape.Accepts(node) || node is YamlScalar { IsNull: true })
            return Refuse(node, context, out value);
        value = layout.Value.Create(node.Location);
        if (!shorthand.Shape.TryBind(node, context, out var bound))
            return false;
        shorthand.Property.SetValue(value, bound);
        return true;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => definitions.Reference(definition, () =>
    {
        var mapping = layout.Value.Describe(definitions);
        return Shorthand is { } shorthand ? new() { ["anyOf"] = new JsonArray(shorthand.Shape.Describe(definitions), mapping) } : mapping;
    });
}
