using System.Collections;
using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>A list; a list of single values may also be written as just one.</summary>
public sealed class ListShape(Type itemType, Shape item, bool notEmpty) : Shape
{
    public override string Expected => item is ScalarShape ? $"{item.Expected}, or a list" : "a list";

    public override bool Accepts(YamlNode node) => node is YamlSequence || (item is ScalarShape && item.Accepts(node));

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        value = null;
        if (node is YamlScalar { IsNull: true } || (node is not YamlSequence && item is not ScalarShape))
            return Refuse(node, context, out value);
        IReadOnlyList<YamlNode> nodes = node is YamlSequence sequence ? sequence.Items : [node];
        if (nodes is [] && notEmpty)
        {
            context.Report(node.Location, "the list is empty; expected at least one entry");
            return false;
        }

        var whole = true;
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        foreach (var child in nodes)
        {
            if (item.TryBind(child, context, out var bound))
                items.Add(bound);
            else
                whole = false;
        }

        value = items;
        return whole;
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Describe(definitions) };
        if (notEmpty)
            list["minItems"] = 1;
        return item is ScalarShape ? new() { ["anyOf"] = new JsonArray(item.Describe(definitions), list) } : list;
    }
}

/// <summary>A mapping with keys of the writer's choice.</summary>
/// <param name="words">What words may stand for a key; <see langword="null"/>: none.</param>
public sealed class MapShape(Type valueType, Shape item, FormatAttribute? keys, string? words, bool notEmpty) : Shape
{
    public override string Expected => keys is null ? "a mapping" : $"a mapping by {keys.Expected}";

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        if (node is not YamlMapping mapping)
            return Refuse(node, context, out value);
        value = null;
        var whole = true;
        if (notEmpty && mapping.Entries is [])
        {
            context.Report(node.Location, "the mapping is empty; expected at least one entry");
            return false;
        }

        var map = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var entry in mapping.Entries)
        {
            if (keys is not null && !keys.IsMatch(entry.Key.Text))
            {
                context.Report(entry.Key.Location, $"got key {entry.Key.Noun}; expected {keys.Expected}");
                whole = false;
            }

            // What is wrong in part is kept, so that what else is wrong with it is told too.
            whole &= item.TryBind(entry.Value, context, out var bound);
            var key = context.Meaning(words, entry.Key);
            if (map.Contains(key))
            {
                context.Report(entry.Key.Location, $"'{entry.Key.Text}' stands for '{key}', which is a key already; expected each once");
                whole = false;
            }
            else if (valueType.IsInstanceOfType(bound))
            {
                map.Add(key, bound);
            }
        }

        value = map;
        return whole;
    }

    public override JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (keys is null)
        {
            schema["additionalProperties"] = item.Describe(definitions);
        }
        else
        {
            schema["patternProperties"] = new JsonObject { [keys.Pattern] = item.Describe(definitions) };
            schema["additionalProperties"] = false;
        }

        if (notEmpty)
            schema["minProperties"] = 1;
        return schema;
    }
}
