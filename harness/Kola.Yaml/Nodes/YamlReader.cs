using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kola.Yaml.Nodes;

/// <summary>
/// Builds the tree of one YAML document from YamlDotNet's events. Its own representation model stops at the first duplicate key and follows aliases
/// without bound; our files are checked as a whole, with every error reported.
/// </summary>
public sealed partial class YamlReader
{
    private const int MaxDepth = 64;
    private const long MaxNodes = 20_000;

    private readonly string path;
    private readonly string text;
    private readonly string expected;
    private readonly ICollection<YamlProblem> problems;
    private readonly Dictionary<AnchorName, YamlNode> anchors = [];
    private readonly Parser parser;
    private int depth;
    private long weight;
    private bool tooMuch;
    private SourceLocation last;

    private YamlReader(string path, string text, string expected, ICollection<YamlProblem> problems)
    {
        (this.path, this.text, this.expected, this.problems) = (path, text, expected, problems);
        last = new(path, 1, 1);
        parser = new(new StringReader(text));
    }

    /// <param name="expected">What the file is to hold, for messages.</param>
    /// <param name="maxBytes">A larger file is refused.</param>
    /// <returns>The document, or <see langword="null"/> when it cannot be read at all. Problems are reported in either case.</returns>
    public static YamlNode? Read(string path, byte[] bytes, ICollection<YamlProblem> problems, string expected = "a scenario", int maxBytes = YamlText.MaxBytes)
    {
        var text = YamlText.Decode(path, bytes, problems, maxBytes);
        if (text is null)
            return null;
        var reader = new YamlReader(path, text, expected, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            problems.Add(reader.Explain(e));
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet 18.1 fails like this within an unfinished list such as "a: [1\nb: 2"; found by the tests that alter texts at random.
            problems.Add(new(reader.last, "not YAML: nothing after this value can be read; expected that lists, mappings and quotes are closed"));
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.Accept<DocumentStart>(out _))
        {
            problems.Add(new(new(path, 1, 1), $"the file is empty; expected {expected}"));
            return null;
        }

        parser.Consume<DocumentStart>();
        var node = ReadNode();
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            problems.Add(new(At(second), "a second document begins here; expected one in a file"));
        return node;
    }

    private YamlNode ReadNode()
    {
        var start = parser.Current is null && !parser.MoveNext() ? throw new YamlException("unexpected end") : parser.Current!;
        last = At(start);
        if (++depth > MaxDepth)
            throw TooMuch(start, $"nested deeper than {MaxDepth} levels");
        var node = ReadContent();
        depth--;
        weight += node is YamlScalar || start is AnchorAlias ? node.Weight : 1;
        if (weight > MaxNodes)
            throw TooMuch(start, $"more than {MaxNodes} values (aliases count as what they stand for)");
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
            anchors[anchor] = node;
        return node;
    }

    private YamlNode ReadContent()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (anchors.TryGetValue(alias.Value, out var target))
                return target;
            problems.Add(new(At(alias), $"'*{alias.Value}' is not a known alias; expected an anchor '&{alias.Value}' completed before it"));
            return new YamlScalar(At(alias), "", Plain: true) { Unresolved = true };
        }

        if (parser.TryConsume<Scalar>(out var scalar))
            return ReadScalar(scalar);
        if (parser.TryConsume<SequenceStart>(out var sequence))
            return ReadSequence(sequence);
        return ReadMapping(parser.Consume<MappingStart>());
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var isText = !scalar.Tag.IsEmpty && (scalar.Tag.IsNonSpecific || scalar.Tag.Value == "tag:yaml.org,2002:str");
        if (!isText)
            RefuseTag(scalar);
        return new(At(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain && !isText);
    }

    private YamlSequence ReadSequence(SequenceStart start)
    {
        RefuseTag(start);
        List<YamlNode> items = [];
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode());
        return new(At(start), items);
    }

    private YamlMapping ReadMapping(MappingStart start)
    {
        RefuseTag(start);
        List<YamlEntry> entries = [];
        Dictionary<string, SourceLocation> seen = [];
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode();
            var value = ReadNode();
            if (key is not YamlScalar name)
                problems.Add(new(key.Location, $"{key.Noun} as a key; expected a name"));
            else if (name is { Plain: true, Text: "<<" })
                problems.Add(new(key.Location, "merge keys ('<<') are not supported; write the keys out"));
            else if (!seen.TryAdd(name.Text, name.Location))
                problems.Add(new(name.Location, $"duplicate key '{name.Text}' (first at line {seen[name.Text].Line})"));
            else
                entries.Add(new(name, value));
        }

        return new(At(start), entries);
    }

    private void RefuseTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value is not ("tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"))
            problems.Add(new(At(node), $"YAML tag '{node.Tag.Value}' is not supported; leave it out"));
    }

    private SourceLocation At(ParsingEvent parsed) => At(parsed.Start);

    private SourceLocation At(Mark mark) => new(path, (int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));

    private YamlException TooMuch(ParsingEvent at, string message)
    {
        tooMuch = true;
        return new(at.Start, at.End, message);
    }

    private YamlProblem Explain(YamlException e)
    {
        var location = At(e.Start);
        if (tooMuch)
            return new(location, e.Message);
        var lines = text.Split('\n');
        // The parser may name the place where the whole mapping began.
        int[] near = [location.Line, location.Line - 1, location.Line + 1];
        foreach (var number in e.Message.Contains("invalid tab", StringComparison.Ordinal) ? [.. near, .. Enumerable.Range(location.Line, lines.Length)] : near)
        {
            if (number < 1 || number > lines.Length)
                continue;
            var line = lines[number - 1];
            var tab = line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).IndexOf('\t');
            if (tab >= 0)
                return new(new(path, number, tab + 1), "a tab in the indentation; use spaces");
        }

        // The mistake of this kind that people make most, and whose message does not tell what it is.
        if (location.Line >= 1 && location.Line <= lines.Length && VariableInBraces().Match(lines[location.Line - 1]) is { Success: true } bare)
            return new(new(path, location.Line, bare.Groups["value"].Index + 1), $"'{bare.Groups["value"].Value}' is not in quotes, and its brace would end the braces around it; put the value in quotes");

        var message = e.Message.TrimEnd('.', ' ');
        return new(location, $"not YAML: {char.ToLowerInvariant(message[0])}{message[1..]}");
    }

    /// <summary>Within braces or brackets: a value without quotes that holds <c>${</c>.</summary>
    [GeneratedRegex(@"[{\[,][^""'#]*?[:\[,] *(?<value>[^\s""'{\[,$][^\s""',\[\]{}]*\$\{[^}]*\}[^\s""',\[\]{}]*|\$\{[^}]*\}[^\s""',\[\]{}]*)")]
    private static partial Regex VariableInBraces();
}
