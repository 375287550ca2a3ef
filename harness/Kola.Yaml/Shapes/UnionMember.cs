using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>One record of a closed union, told by its keyword.</summary>
public sealed class UnionMember
{
    private readonly Type type;
    private readonly KeywordAttribute keyword;
    private readonly RecordLayout layout;
    private readonly Field? valueField;

    public UnionMember(Type type, ShapeFactory factory)
    {
        this.type = type;
        keyword = type.GetCustomAttribute<KeywordAttribute>()
            ?? throw new InvalidOperationException($"{type.Name} is a member of a union without a [Keyword]");
        layout = factory.LayoutOf(type);
        valueField = keyword.Value is null ? null : layout.Own.Single(field => field.Property.Name == keyword.Value);
        Beside = [.. layout.Own.Where(field => valueField is null ? field.Property.DeclaringType != type : field != valueField)];
        Inside = valueField is null ? [.. layout.All.Except(Beside)] : [];

        string[] omitted = [.. type.GetInterfaces().Prepend(type).SelectMany(said => said.GetCustomAttributes<OmitsAttribute>()).SelectMany(omits => omits.Properties)];
        Beside = [.. Beside.Where(field => !omitted.Contains(field.Property.Name))];

        // power-off: node and on: node are two ways to say the same.
        if (valueField is not null && valueField.Property.DeclaringType != type)
            Beside = [.. Beside, valueField];
    }

    public string Key => keyword.Key;

    /// <summary>Keys that stand beside the keyword.</summary>
    private IReadOnlyList<Field> Beside { get; }

    /// <summary>Keys of the keyword's mapping.</summary>
    private IReadOnlyList<Field> Inside { get; }

    public bool TryBind(YamlMapping mapping, BindingContext context, out object? value)
    {
        var entry = mapping.Entries.First(entry => entry.Key.Text == Key);
        var beside = mapping.Entries.Where(other => other != entry).ToArray();
        var whole = RecordLayout.RefuseUnknown(beside, Beside, context, InsideHint);
        value = layout.Create(mapping.Location);
        whole &= valueField is null
            ? TryBindInside(value, entry, context)
            : TryBindValue(value, valueField, entry, beside, context);
        whole &= RecordLayout.SetFields(value, Beside.Where(field => field != valueField), beside, mapping.Location, context);
        return (value is not IChecked ruled || ruled.CheckKeys(mapping, context)) && whole;
    }

    public JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = RecordLayout.Mapping(Beside, definitions);
        var value = valueField is null ? layoutOfInside(definitions) : valueField.Describe(definitions);
        if (keyword.ValueOptional)
            value = new() { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
        var description = type.GetCustomAttribute<DescriptionAttribute>()?.Description;
        if (description is not null)
            value["description"] = value["description"] is { } detail ? $"{description} {detail}" : description;
        var properties = new JsonObject { [Key] = value };
        foreach (var (key, property) in schema["properties"]!.AsObject())
            properties[key] = property!.DeepClone();
        schema["properties"] = properties;
        schema["required"] = new JsonArray([Key, .. schema["required"]?.AsArray().Select(key => key!.DeepClone()) ?? []]);
        if (description is not null)
            schema["description"] = description;
        return schema;

        JsonObject layoutOfInside(SchemaDefinitions all)
        {
            var inside = layout.Describe(all);
            foreach (var field in Beside)
                inside["properties"]!.AsObject().Remove(field.Key);
            return inside;
        }
    }

    private bool TryBindInside(object target, YamlEntry entry, BindingContext context)
    {
        if (entry.Value is not YamlMapping mapping)
        {
            if (entry.Value is not YamlScalar { Unresolved: true })
                context.Report(entry.Value.Location, $"got {entry.Value.Noun}; expected a mapping of {string.Join(", ", Inside.Select(field => field.Key))}");
            return false;
        }

        var whole = RecordLayout.RefuseUnknown(mapping.Entries, Inside, context, BesideHint);
        whole &= RecordLayout.SetFields(target, Inside, mapping.Entries, mapping.Location, context);
        return layout.CheckKeys(mapping, context) && whole;
    }

    private bool TryBindValue(object target, Field field, YamlEntry entry, IReadOnlyList<YamlEntry> beside, BindingContext context)
    {
        var other = beside.FirstOrDefault(candidate => candidate.Key.Text == field.Key);
        if (entry.Value is YamlScalar { IsNull: true } && keyword.ValueOptional)
            return RecordLayout.SetFields(target, [field], beside, entry.Key.Location, context);
        if (other is not null)
        {
            context.Report(other.Key.Location, $"'{Key}' says already what '{field.Key}' does; expected one of them");
            return false;
        }

        if (!field.Shape.TryBind(entry.Value, context, out var bound))
            return false;
        field.Property.SetValue(target, bound);
        return true;
    }

    private string? InsideHint(string key) =>
        Inside.Any(field => field.Key == key) ? $"; it belongs into the mapping of '{Key}'" : null;

    private string? BesideHint(string key) =>
        Beside.Any(field => field.Key == key) ? $"; it belongs beside '{Key}', not into its mapping" : null;
}
