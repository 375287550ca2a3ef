using Kola.Scenarios.Model;
using Kola.Yaml;
using Kola.Yaml.Files;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Gating;

/// <summary>What of Kola's scenario library a policy takes: its key <c>library</c>.</summary>
public static class LibraryChoice
{
    /// <summary>Reads that key alone: <c>kola list</c> and <c>kola run</c> need no other, and what is wrong in the policy is for <c>lint</c> and <c>gate</c> to report.</summary>
    /// <param name="policy">The policy's file. Where there is none, nothing is taken.</param>
    public static IReadOnlyList<LibraryEntry> Of(string policy)
    {
        // Most policies take nothing, and every command would pay for the reader.
        if (!File.Exists(policy) || !File.ReadLines(policy).Any(line => line.Contains("library", StringComparison.Ordinal)))
            return [];
        List<YamlProblem> problems = [];
        return YamlFile.Read(policy, "a gate policy", ShapeFactory.DocumentOf(typeof(GatePolicyDefinition)), problems)?.Tree.Find("library") switch
        {
            YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(Entry)],
            YamlScalar { IsNull: false } one => [Entry(one)],
            _ => [],
        };
    }

    private static LibraryEntry Entry(YamlScalar written) => new(written.Text, written.Location);
}
