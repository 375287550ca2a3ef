namespace Kola.Yaml.Nodes;

/// <summary>A node of a YAML document, with its place. Aliases are already followed.</summary>
public abstract record YamlNode(SourceLocation Location)
{
    /// <summary>Number of nodes in this one, aliases counted as what they stand for.</summary>
    public abstract long Weight { get; }

    /// <summary>What the node is, for messages.</summary>
    public abstract string Noun { get; }
}

/// <param name="Text">As written; quotes and escapes are resolved.</param>
/// <param name="Plain">Whether it was written without quotes, so that it may be a number, a truth value or null.</param>
public sealed record YamlScalar(SourceLocation Location, string Text, bool Plain) : YamlNode(Location)
{
    public override long Weight => 1;

    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>A variable that has no valid value: what depends on it cannot be judged.</summary>
    public bool Unresolved { get; init; }

    public override string Noun => IsNull ? "nothing" : Text.Length <= 60 && !Text.Contains('\n', StringComparison.Ordinal) ? $"'{Text}'" : "a text";
}

public sealed record YamlSequence(SourceLocation Location, IReadOnlyList<YamlNode> Items) : YamlNode(Location)
{
    public override long Weight { get; } = 1 + Items.Sum(item => item.Weight);

    public override string Noun => "a list";
}

public sealed record YamlMapping(SourceLocation Location, IReadOnlyList<YamlEntry> Entries) : YamlNode(Location)
{
    public override long Weight { get; } = 1 + Entries.Sum(entry => 1 + entry.Value.Weight);

    public override string Noun => "a mapping";

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

public sealed record YamlEntry(YamlScalar Key, YamlNode Value);
