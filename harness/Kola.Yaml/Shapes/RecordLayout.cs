using System.Reflection;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>How a record is written: its keys and what must hold among them.</summary>
public sealed class RecordLayout
{
    private readonly Type type;
    private readonly KeyRules rules;
    private readonly PropertyInfo? place;
    private readonly (PropertyInfo Property, RecordLayout Layout)[] flattened;

    public RecordLayout(Type type, ShapeFactory factory)
    {
        this.type = type;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && !property.IsDefined(typeof(UnwrittenAttribute)))
            .OrderBy(property => property.DeclaringType == type ? 0 : 1)
            .ToArray();
        Own = [.. properties.Where(p => !p.IsDefined(typeof(FlattenAttribute))).Select(p => new Field(p, factory.Of(p)))];
        flattened = [.. properties.Where(p => p.IsDefined(typeof(FlattenAttribute))).Select(p => (p, factory.LayoutOf(p.PropertyType)))];
        All = [.. Own, .. flattened.SelectMany(part => part.Layout.All)];
        rules = new(type, All);
        place = type.GetProperty("Location") is { } property && property.PropertyType == typeof(SourceLocation) ? property : null;
    }

    /// <summary>The record's own keys, then inherited ones; flattened records left out.</summary>
    public IReadOnlyList<Field> Own { get; }

    /// <summary>All keys of the mapping.</summary>
    public IReadOnlyList<Field> All { get; }

    public object Create(SourceLocation location)
    {
        var target = Activator.CreateInstance(type)!;
        place?.SetValue(target, location);
        return target;
    }

    /// <summary>Binds a whole mapping.</summary>
    public bool TryBind(YamlMapping mapping, BindingContext context, out object? value, Func<string, string?>? elsewhere = null)
    {
        value = Create(mapping.Location);
        var whole = RefuseUnknown(mapping.Entries, All, context, elsewhere);
        foreach (var (property, layout) in flattened)
        {
            var part = mapping with { Entries = [.. mapping.Entries.Where(entry => layout.All.Any(field => field.Key == entry.Key.Text))] };
            if (part.Entries is [])
                continue;
            whole &= layout.TryBind(part, context, out var bound);
            property.SetValue(value, bound);
        }

        whole &= SetFields(value, Own, mapping.Entries, mapping.Location, context);
        whole &= CheckKeys(mapping, context);
        return (value is not IChecked ruled || ruled.CheckKeys(mapping, context)) && whole;
    }

    /// <summary>Sets these fields from the entries that have their keys, and tells the required ones that are missing.</summary>
    public static bool SetFields(
        object target, IEnumerable<Field> fields, IReadOnlyList<YamlEntry> entries, SourceLocation location, BindingContext context)
    {
        var whole = true;
        foreach (var field in fields)
        {
            var entry = entries.FirstOrDefault(entry => entry.Key.Text == field.Key);
            if (entry is null && !field.Required)
                continue;
            if (entry is null)
            {
                context.Report(location, $"key '{field.Key}' is missing; expected {field.Shape.Expected}");
                whole = false;
            }
            else
            {
                // What is wrong in part is kept, so that what else is wrong with it is told too.
                whole &= field.Shape.TryBind(entry.Value, context, out var bound);
                if (field.Property.PropertyType.IsInstanceOfType(bound))
                    field.Property.SetValue(target, bound);
            }
        }

        return whole;
    }

    /// <param name="elsewhere">Tells where a key that is wrong here belongs, if it belongs anywhere near.</param>
    public static bool RefuseUnknown(
        IReadOnlyList<YamlEntry> entries, IEnumerable<Field> fields, BindingContext context, Func<string, string?>? elsewhere)
    {
        string[] known = [.. fields.Select(field => field.Key)];
        YamlScalar[] unknown = [.. entries.Select(entry => entry.Key).Where(key => !known.Contains(key.Text))];
        foreach (var key in unknown)
            context.Report(key.Location, $"unknown key '{key.Text}'; expected {string.Join(", ", known)}{elsewhere?.Invoke(key.Text) ?? Spelling.Hint(key.Text, known)}");
        return unknown is [];
    }

    /// <summary>Checks what must hold among the keys.</summary>
    public bool CheckKeys(YamlMapping mapping, BindingContext context) => rules.Check(mapping, context);

    /// <summary>JSON Schema of a mapping with all keys.</summary>
    public JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = Mapping(All, definitions);
        rules.Describe(schema);
        return schema;
    }

    /// <summary>JSON Schema of a mapping with these keys only.</summary>
    public static JsonObject Mapping(IEnumerable<Field> fields, SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        schema["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Describe(definitions))));
        var required = fields.Where(field => field.Required).Select(field => (JsonNode)JsonValue.Create(field.Key)!).ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }
}
