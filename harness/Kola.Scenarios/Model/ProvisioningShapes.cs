using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>An Ignition config: a mapping, JSON text, or a file with either. Its content is Ignition's to judge.</summary>
internal sealed class IgnitionShape : Shape
{
    public override string Expected => "an Ignition config: a mapping, JSON text, or { file: … }";

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        var config = node switch
        {
            YamlMapping { Entries: [{ Key.Text: "file", Value: YamlScalar reference }] } => FromFile(reference, context),
            YamlMapping mapping => Checked(mapping, context),
            YamlScalar { IsNull: false, Unresolved: false } text => FromJson(text.Text, text.Location, context),
            _ => null,
        };
        value = config is null ? null : new IgnitionDefinition(config);
        var told = node is YamlMapping or YamlScalar { IsNull: false };
        return value is not null || (!told && Refuse(node, context, out value));
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => new() { ["type"] = new JsonArray("object", "string") };

    private static JsonObject? FromFile(YamlScalar reference, BindingContext context)
    {
        if (context.Read(reference, out var file, ProvisionedBytes.Most) is not { } bytes)
            return null;
        if (Path.GetExtension(file) is ".bu")
        {
            context.Report(reference.Location, "a Butane config is not an Ignition config; translate it with 'butane' and name the result");
            return null;
        }

        // JSON is YAML, and the YAML reader tells where an error is.
        List<YamlProblem> problems = [];
        var node = YamlReader.Read(file, bytes, problems, maxBytes: ProvisionedBytes.Most);
        foreach (var problem in problems)
            context.Report(problem.Location, problem.Message);
        if (problems is [] && node is not YamlMapping)
            context.Report(reference.Location, $"'{reference.Text}' holds {node?.Noun ?? "nothing"}; expected an Ignition config");
        return problems is [] && node is YamlMapping mapping ? Checked(mapping, context) : null;
    }

    private static JsonObject? Checked(YamlMapping config, BindingContext context)
    {
        var problems = IgnitionLint.Problems(config).ToArray();
        foreach (var (location, message) in problems)
            context.Report(location, message);
        return problems is [] ? (JsonObject?)config.ToJson() : null;
    }

    private static JsonObject? FromJson(string text, SourceLocation location, BindingContext context)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) is JsonObject config)
            {
                // JSON is YAML; the place within the text is not one of the file.
                var problems = YamlReader.Read(location.Path, Encoding.UTF8.GetBytes(text), []) is YamlMapping mapping ? IgnitionLint.Problems(mapping).ToArray() : [];
                foreach (var (_, message) in problems)
                    context.Report(location, message);
                return problems is [] ? config : null;
            }

            context.Report(location, "the text is JSON but no object; expected an Ignition config");
        }
        catch (JsonException e)
        {
            context.Report(location, $"the text is not JSON (line {e.LineNumber + 1} of it, byte {e.BytePositionInLine + 1}); expected an Ignition config as JSON, or a mapping");
        }

        return null;
    }
}

/// <summary>Content of a cloud-init seed file.</summary>
internal class SeedShape : Shape
{
    public override string Expected => "a mapping, a text, or { file: … }";

    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        switch (node)
        {
            case YamlMapping { Entries: [{ Key.Text: "file", Value: YamlScalar reference }] }:
                var text = context.Read(reference, out var file, ProvisionedBytes.Most) is { } bytes ? Decode(file, bytes, context) : null;
                value = text is null ? null : new SeedContent { Text = text };
                return text is not null;
            case YamlMapping mapping:
                value = new SeedContent { Mapping = (JsonObject?)mapping.ToJson() };
                return true;
            case YamlScalar { IsNull: false, Unresolved: false } scalar:
                value = new SeedContent { Text = scalar.Text };
                return true;
            default:
                return Refuse(node, context, out value);
        }
    }

    public override JsonObject Describe(SchemaDefinitions definitions) => new() { ["type"] = new JsonArray("object", "string") };

    private protected static string? Decode(string file, byte[] bytes, BindingContext context)
    {
        List<YamlProblem> problems = [];
        var text = YamlText.Decode(file, bytes, problems, ProvisionedBytes.Most);
        foreach (var problem in problems)
            context.Report(problem.Location, problem.Message);
        return text;
    }
}

/// <summary>Size of what provisions a machine.</summary>
internal static class ProvisionedBytes
{
    /// <summary>Ignition files with their content in data URLs are longer than what people write; the guest reads it all at once.</summary>
    public const int Most = 16 << 20;
}
