using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Kola.Tests.Yaml;

/// <summary>YAML as JSON by YamlDotNet's own serializers: not by the reader that is under test.</summary>
internal static class YamlDocuments
{
    public static JsonNode ToJson(string yaml)
    {
        var graph = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(graph))!;
    }
}
