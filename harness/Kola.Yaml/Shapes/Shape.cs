using System.Text.Json.Nodes;
using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>
/// What can stand at a place in a file. One shape both reads a value and describes itself as JSON Schema, so that the two cannot differ.
/// </summary>
public abstract class Shape
{
    /// <summary>What is expected, in words: "a size such as 512MiB".</summary>
    public abstract string Expected { get; }

    /// <summary>Reads the value; false when a problem was reported.</summary>
    public abstract bool TryBind(YamlNode node, BindingContext context, out object? value);

    /// <summary>JSON Schema of what can be written.</summary>
    public abstract JsonObject Describe(SchemaDefinitions definitions);

    /// <summary>Whether a value of this kind may be written in place of a record's mapping.</summary>
    public virtual bool Accepts(YamlNode node) => true;

    protected bool Refuse(YamlNode node, BindingContext context, out object? value)
    {
        value = null;
        if (node is YamlScalar { Unresolved: true })
            return false;
        context.Report(node.Location, node is YamlScalar { IsNull: true } ? $"no value; expected {Expected}" : $"got {node.Noun}; expected {Expected}");
        return false;
    }
}
