using System.Text;
using System.Text.Json.Nodes;
using Kola.Scenarios.Model;
using Kola.Yaml;
using Kola.Yaml.Nodes;

namespace Kola.Scenarios.ExternalTests;

/// <summary>Reads an Ignition config that a test brings. What is wrong has its place.</summary>
internal static class IgnitionFile
{
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static IgnitionDefinition? Read(string file, string shown, ICollection<YamlProblem> problems) => Parse(File.ReadAllBytes(file), shown, problems);

    /// <inheritdoc cref="Read"/>
    public static IgnitionDefinition? Parse(string json, string shown, ICollection<YamlProblem> problems) => Parse(Encoding.UTF8.GetBytes(json), shown, problems);

    private static IgnitionDefinition? Parse(byte[] json, string shown, ICollection<YamlProblem> problems)
    {
        List<YamlProblem> found = [];
        var node = YamlReader.Read(shown, json, found, "an Ignition config", ProvisionedBytes.Most);
        if (node is YamlMapping mapping)
            found.AddRange(IgnitionLint.Problems(mapping).Select(problem => new YamlProblem(problem.Location, problem.Message)));
        else if (node is not null)
            found.Add(new(node.Location, $"got {node.Noun}; expected an Ignition config"));
        foreach (var problem in found)
            problems.Add(problem);
        return found is [] ? new((JsonObject)node!.ToJson()!) : null;
    }
}
