using System.Globalization;
using Kola.Scenarios.Model.Values;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Machines of one kind that are written once: with <c>count: 3</c>, <c>node</c> stands for <c>node1</c> to <c>node3</c>.</summary>
internal static class Members
{
    /// <summary>More than this are a mistake.</summary>
    private const int Most = 16;

    private const string Machines = "machines";
    private const string Count = "count";

    /// <summary>Variables that each member has for itself.</summary>
    public static IReadOnlyList<string> OwnVariables { get; } = ["index", "name"];

    /// <summary>The tree with variables replaced and each member in its own right.</summary>
    public static YamlMapping Substitute(YamlMapping tree, IReadOnlyDictionary<string, VariableValue> values, BindingContext context) => tree with
    {
        Entries =
        [
            .. tree.Entries.Select(entry => entry is { Key.Text: Machines, Value: YamlMapping machines }
                ? entry with { Value = Expand(machines, values, context) }
                : new YamlEntry(entry.Key, Variables.Substitute(entry.Value, values))),
        ],
    };

    /// <summary>Every single value within a machine that stands for several.</summary>
    public static IReadOnlySet<YamlScalar> ScalarsWithin(YamlMapping tree) =>
        ((tree.Find(Machines) as YamlMapping)?.Entries ?? [])
            .Where(entry => entry.Value is YamlMapping machine && machine.Find(Count) is not null)
            .SelectMany(entry => Variables.Scalars(entry.Value)).ToHashSet();

    private static YamlMapping Expand(YamlMapping machines, IReadOnlyDictionary<string, VariableValue> values, BindingContext context)
    {
        List<YamlEntry> entries = [];
        foreach (var entry in machines.Entries.SelectMany(entry => Expand(entry, values)))
        {
            if (entries.FirstOrDefault(other => other.Key.Text == entry.Key.Text) is { } same)
                context.Report(entry.Key.Location, $"duplicate machine '{entry.Key.Text}' (first at line {same.Key.Location.Line})");
            else
                entries.Add(entry);
        }

        return machines with { Entries = entries };
    }

    private static IEnumerable<YamlEntry> Expand(YamlEntry entry, IReadOnlyDictionary<string, VariableValue> values)
    {
        if (entry.Value is not YamlMapping machine || machine.Find(Count) is not { } written || Read(Variables.Substitute(written, values)) is not { } count)
            return [new(entry.Key, Variables.Substitute(entry.Value, values))];
        var kind = machine with { Entries = [.. machine.Entries.Where(key => key.Key.Text != Count)] };
        return Enumerable.Range(1, count).Select(index =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{entry.Key.Text}{index}");
            var own = new Dictionary<string, VariableValue>(values)
            {
                ["index"] = new(index.ToString(CultureInfo.InvariantCulture), Plain: true),
                ["name"] = new(name, Plain: true),
            };
            return new YamlEntry(entry.Key with { Text = name }, Variables.Substitute(kind, own));
        });
    }

    /// <summary><see langword="null"/>: it is none, which is told when the machine is bound.</summary>
    private static int? Read(YamlNode node) =>
        node is YamlScalar { Plain: true } scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most ? count : null;
}
