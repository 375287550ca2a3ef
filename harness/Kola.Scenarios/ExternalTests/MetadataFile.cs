using System.Text;
using System.Text.Json;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.ExternalTests;

/// <summary>Finds and reads metadata: the comment <c>## kola:</c> (YAML) or <c># kola:</c> (JSON) of a test, or <c>kola.json</c>. Every problem has its place in that file.</summary>
internal static class MetadataFile
{
    private const string YamlMark = "## kola:", JsonMark = "# kola:", YamlLine = "## ";

    /// <summary>The comment stands near the beginning: what comes later is the test's own text.</summary>
    private const int Head = 8192;

    /// <summary>The metadata in a test's own comment.</summary>
    /// <param name="shown">The file, as messages show it.</param>
    /// <returns><see langword="null"/>: it has none, or it has problems, which were added.</returns>
    public static ExternalMetadata? OfTest(string file, string shown, ICollection<YamlProblem> problems)
    {
        var lines = Lines(file);
        for (var number = 0; number < lines.Length; number++)
            if (lines[number].StartsWith(YamlMark, StringComparison.Ordinal))
                return OfYaml(lines, number, shown, problems);
            else if (lines[number].StartsWith(JsonMark, StringComparison.Ordinal))
                // Blanks keep the places.
                return OfJson(new string('\n', number) + new string(' ', JsonMark.Length) + lines[number][JsonMark.Length..], shown, problems);
        return null;
    }

    /// <inheritdoc cref="OfTest"/>
    public static ExternalMetadata? OfJsonFile(string file, string shown, ICollection<YamlProblem> problems) =>
        YamlText.Decode(shown, File.ReadAllBytes(file), problems) is { } text ? OfJson(text, shown, problems) : null;

    private static ExternalMetadata? OfYaml(string[] lines, int mark, string shown, ICollection<YamlProblem> problems)
    {
        string[] comment = [.. lines.Skip(mark + 1).TakeWhile(line => line.StartsWith(YamlLine, StringComparison.Ordinal) && !line.StartsWith(YamlMark, StringComparison.Ordinal))];
        if (lines[mark][YamlMark.Length..].Trim().Length > 0)
            problems.Add(new(new(shown, mark + 1, YamlMark.Length + 1), $"text after '{YamlMark}'; expected the metadata on the lines after it, each with '{YamlLine}' before it"));
        if (lines.Skip(mark + 1 + comment.Length).Index().FirstOrDefault(line => line.Item.StartsWith(YamlMark, StringComparison.Ordinal)) is { Item: not null } second)
            problems.Add(new(new(shown, mark + 2 + comment.Length + second.Index, 1), $"a second '{YamlMark}' (first at line {mark + 1}); expected one"));
        return comment.All(line => line[YamlLine.Length..].TrimStart() is "" or ['#', ..])
            ? new()
            : Bind(new string('\n', mark + 1) + string.Join('\n', comment.Select(line => new string(' ', YamlLine.Length) + line[YamlLine.Length..])), shown, problems);
    }

    /// <summary>JSON is YAML, whose reader tells where an error is; but it takes more than JSON is.</summary>
    private static ExternalMetadata? OfJson(string text, string shown, ICollection<YamlProblem> problems)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        try
        {
            using var whole = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            var (line, column) = ((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            problems.Add(new(new(shown, line, column), $"not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}; expected a mapping such as {{ \"exclusive\": false }}"));
            return null;
        }

        // A tab is white space in JSON, and a mistake in YAML.
        return Bind(Encoding.UTF8.GetString(bytes, 0, (int)reader.BytesConsumed).Replace('\t', ' '), shown, problems);
    }

    private static ExternalMetadata? Bind(string yaml, string shown, ICollection<YamlProblem> problems)
    {
        List<YamlProblem> found = [];
        var node = YamlReader.Read(shown, Encoding.UTF8.GetBytes(yaml), found, "the metadata of an external test");
        object? bound = null;
        if (node is YamlMapping mapping)
            ShapeFactory.DocumentOf(typeof(ExternalMetadata)).TryBind(mapping, new(shown, Path.GetDirectoryName(Path.GetFullPath(shown))!, found), out bound);
        else if (node is not null)
            found.Add(new(node.Location, $"got {node.Noun}; expected a mapping of keys such as exclusive, tags, timeoutMin"));
        foreach (var problem in found)
            problems.Add(problem);
        return found is [] ? (ExternalMetadata?)bound : null;
    }

    /// <summary>Whole lines of the head; none of a binary.</summary>
    private static string[] Lines(string file)
    {
        using var stream = File.OpenRead(file);
        var bytes = new byte[Head];
        var length = stream.ReadAtLeast(bytes, Head, throwOnEndOfStream: false);
        if (bytes.AsSpan(0, length).Contains((byte)0))
            return [];
        var lines = Encoding.UTF8.GetString(bytes, 0, length).Split('\n');
        return length < Head ? lines : lines[..^1];
    }
}
