using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Kola.Tests.CommandLine;

/// <summary>What one step of a pipeline keeps, by the rules of actions/upload-artifact 4 and of GitLab's <c>artifacts</c>: paths, a leading <c>!</c> or <c>exclude</c> takes out.</summary>
internal sealed record PipelineUpload(IReadOnlyList<string> Paths, IReadOnlyList<string> Excluded, bool Hidden)
{
    public static IReadOnlyList<PipelineUpload> ReadAll(string pipeline)
    {
        var yaml = new YamlStream();
        using var text = new StringReader(File.ReadAllText(pipeline));
        yaml.Load(text);
        return [.. Read(yaml.Documents[0].RootNode)];
    }

    /// <summary>Absolute paths of the files below a folder that it keeps. Links to folders are followed, as both do.</summary>
    public IReadOnlyList<string> Files(string folder)
    {
        var root = Path.GetFullPath(folder);
        return
        [
            .. Below(root).Where(file => Path.GetRelativePath(root, file) is var name
                && Paths.Any(path => Matches(path, name)) && !Excluded.Any(path => Matches(path, name))
                && (Hidden || !name.Split('/').Any(part => part.StartsWith('.')))),
        ];
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder).SelectMany(Below));

    private static IEnumerable<PipelineUpload> Read(YamlNode node)
    {
        if (node is YamlSequenceNode list)
            return list.SelectMany(Read);
        if (node is not YamlMappingNode map)
            return [];
        if (map.Children.TryGetValue("uses", out var uses) && $"{uses}".StartsWith("actions/upload-artifact@", StringComparison.Ordinal))
        {
            var with = (YamlMappingNode)map["with"];
            string[] lines = $"{with["path"]}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return [new([.. lines.Where(line => line[0] != '!')], [.. lines.Where(line => line[0] == '!').Select(line => line[1..])], with.Children.TryGetValue("include-hidden-files", out var hidden) && $"{hidden}" == "true")];
        }

        if (map.Children.TryGetValue("artifacts", out var artifacts))
            return [new(Texts((YamlMappingNode)artifacts, "paths"), Texts((YamlMappingNode)artifacts, "exclude"), Hidden: true)];
        return map.Children.Values.SelectMany(Read);
    }

    private static string[] Texts(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var list) ? [.. ((YamlSequenceNode)list).Children.Select(item => $"{item}")] : [];

    /// <summary>A pattern without a wildcard at its end takes all that is below what it names.</summary>
    private static bool Matches(string pattern, string name)
    {
        var expression = Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(name, $@"\A{expression}(/.*)?\z");
    }
}
