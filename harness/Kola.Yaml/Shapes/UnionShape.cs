using System.Text.Json.Nodes;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>A closed union of records, each told by the one keyword it has.</summary>
public sealed class UnionShape(string noun, IReadOnlyList<UnionMember> members) : Shape
{
    private IReadOnlyList<string> Keywords { get; } = [.. members.Select(member => member.Key)];

    public override string Expected => $"a mapping with one of the keys {string.Join(", ", Keywords)}";

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        if (node is not YamlMapping mapping)
            return Refuse(node, context, out value);
        YamlScalar[] given = [.. mapping.Entries.Select(entry => entry.Key).Where(key => Keywords.Contains(key.Text))];
        value = null;
        if (given is [var keyword])
            return members.First(member => member.Key == keyword.Text).TryBind(mapping, context, out value);
        if (given is [])
        {
            var hint = mapping.Entries.Select(entry => Spelling.Hint(entry.Key.Text, Keywords)).FirstOrDefault(hint => hint.Length > 0);
            context.Report(mapping.Location, $"no kind of {noun}; expected one of the keys {string.Join(", ", Keywords)}{hint}");
        }
        else
        {
            context.Report(given[1].Location, $"'{given[1].Text}' beside '{given[0].Text}'; expected one kind of {noun} in an entry");
        }

        return false;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => definitions.Reference(noun, () => new()
    {
        ["anyOf"] = new JsonArray([.. members.Select(member => definitions.Reference($"{noun}-{member.Key}", () => member.Describe(definitions)))]),
    });
}
