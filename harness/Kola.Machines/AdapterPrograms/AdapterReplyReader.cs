using System.Text.Json;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Machines.AdapterPrograms;

/// <summary>Reads what an adapter program printed, by the shapes that also make its schema: unknown keys, wrong words and missing parts are all told, each at its place.</summary>
internal static class AdapterReplyReader
{
    /// <summary>More only repeat what is wrong.</summary>
    private const int MostProblems = 5;

    /// <param name="problem">What is wrong with it.</param>
    /// <returns><see langword="null"/> exactly when there is a problem.</returns>
    public static AdapterReply<T>? Read<T>(ReadOnlyMemory<byte> output, out string? problem)
    {
        problem = null;
        YamlNode node;
        try
        {
            using var document = JsonDocument.Parse(output, new() { AllowDuplicateProperties = false });
            node = Node(document.RootElement, "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = $"did not print one JSON object ({e.Message})";
            return null;
        }

        if (node is not YamlMapping reply)
        {
            problem = "did not print a JSON object; expected one with 'protocol' and one of 'answer', 'run' and 'error'";
            return null;
        }

        if (reply.Find("protocol") is YamlScalar { Plain: true } version && version.Text != $"{AdapterProgram.Protocol}")
        {
            problem = $"speaks version {version.Text} of the protocol; expected {AdapterProgram.Protocol}, which this Kola speaks";
            return null;
        }

        List<YamlProblem> problems = [];
        ShapeFactory.DocumentOf(typeof(AdapterReply<T>)).TryBind(reply, new("reply", "/", problems), out var bound);
        if (problems is [])
            return (AdapterReply<T>)bound!;
        problem = $"printed a wrong reply: {string.Join("; ", problems.Take(MostProblems).Select(one => one.Location.Path.Length == 0 ? one.Message : $"{one.Location.Path}: {one.Message}"))}";
        return null;
    }

    /// <param name="place">Where it stands, such as <c>answer[1].slot</c>.</param>
    private static YamlNode Node(JsonElement json, string place)
    {
        var location = new SourceLocation(place, 1, 1);
        return json.ValueKind switch
        {
            JsonValueKind.Object => new YamlMapping(location, [.. json.EnumerateObject().Select(member => Entry(member, place.Length == 0 ? member.Name : $"{place}.{member.Name}"))]),
            JsonValueKind.Array => new YamlSequence(location, [.. json.EnumerateArray().Select((item, index) => Node(item, $"{place}[{index}]"))]),
            JsonValueKind.String => new YamlScalar(location, json.GetString()!, Plain: false),
            _ => new YamlScalar(location, json.GetRawText(), Plain: true),
        };
    }

    private static YamlEntry Entry(JsonProperty member, string place) => new(new(new(place, 1, 1), member.Name, Plain: false), Node(member.Value, place));
}
