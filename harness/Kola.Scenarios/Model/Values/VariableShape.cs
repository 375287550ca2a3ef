using System.Text.Json.Nodes;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model.Values;

/// <summary>The value of a matrix variable or parameter: any single value.</summary>
internal sealed class VariableShape : ScalarShape
{
    public override string Expected => "a single value";

    protected override bool TryParse(YamlScalar scalar, BindingContext context, out object? value)
    {
        value = new VariableValue(scalar.Text, scalar.Plain);
        return true;
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => new() { ["type"] = new JsonArray("string", "number", "boolean") };
}
