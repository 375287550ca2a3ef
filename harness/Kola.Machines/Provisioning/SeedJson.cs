using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kola.Machines.Provisioning;

/// <summary>JSON and YAML as the provisioning formats need them.</summary>
internal static class SeedJson
{
    /// <summary>Quotes and umlauts stay readable in what the guest logs; nothing here is ever HTML.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a YAML mapping.</summary>
    /// <param name="what">How an error names the text, such as <c>meta-data</c>.</param>
    /// <exception cref="InputException">The text is no YAML, or no mapping.</exception>
    public static YamlMappingNode Mapping(string what, string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            return stream.Documents switch
            {
                [] => [],
                [{ RootNode: YamlMappingNode mapping }] => mapping,
                // A document of comments alone has an empty scalar as its root.
                [{ RootNode: YamlScalarNode { Value: null or "" } }] => [],
                [var other] => throw new InputException($"{what}:{At(other.RootNode.Start)}: expected a mapping (key: value), found a {Kind(other.RootNode)}; write it as a mapping"),
                _ => throw new InputException($"{what}: expected one YAML document, found {stream.Documents.Count}; remove the others"),
            };
        }
        catch (YamlException e)
        {
            throw new InputException($"{what}:{At(e.Start)}: this is not YAML: {e.Message}; correct that line", e);
        }
        catch (InvalidOperationException e)
        {
            // YamlDotNet 18.1 loses its way in an unclosed list or mapping instead of saying so.
            throw new InputException($"{what}:{At(parser.Current?.End ?? Mark.Empty)}: this is not YAML from here on; look for a bracket or quote that is not closed", e);
        }
    }

    /// <summary>A YAML node as JSON. Plain scalars keep YAML's types only where meta-data needs them: text.</summary>
    public static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value ?? "", ToJson(c.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static string At(Mark mark) => $"{mark.Line}:{mark.Column}";

    private static string Kind(YamlNode node) => node is YamlSequenceNode ? "list" : "plain text";
}
