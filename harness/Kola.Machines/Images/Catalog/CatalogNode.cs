using Kola.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kola.Machines.Images.Catalog;

/// <summary>A mapping of the catalog, read key by key; mistakes are collected with their place instead of ending the reading.</summary>
internal sealed class CatalogNode(CatalogMistakes mistakes, YamlMappingNode node, string what)
{
    private readonly HashSet<string> asked = [];

    public YamlMappingNode Node => node;

    public CatalogMistakes Mistakes => mistakes;

    public bool Has(string key) => Child(key) is not null;

    public YamlNode? Child(string key)
    {
        asked.Add(key);
        return node.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode scalar && scalar.Value == key).Value;
    }

    /// <summary>The key's text, or <see langword="null"/> when the key is missing or is no text (then noted).</summary>
    public string? Text(string key, bool required = false, string expected = "text")
    {
        switch (Child(key))
        {
            case null:
                if (required)
                    mistakes.Add(node, $"{what} has no '{key}'; expected {expected}");
                return null;
            case YamlScalarNode { Value.Length: > 0 } scalar when scalar.Style is not ScalarStyle.Plain || scalar.Value is not ("null" or "~"):
                return scalar.Value;
            case var other:
                mistakes.Add(other, $"'{key}' of {what} is {Describe(other)}; expected {expected}");
                return null;
        }
    }

    /// <summary>The key's value among <paramref name="choices"/>.</summary>
    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        var expected = "one of " + string.Join(", ", choices.Keys);
        if (Text(key, required: true, expected) is not { } text)
            return null;
        if (choices.TryGetValue(text, out var value))
            return value;
        mistakes.Add(Child(key)!, $"'{text}' is no {key}; expected {expected}{Spelling.Hint(text, choices.Keys)}");
        return null;
    }

    public CatalogNode? Map(string key, string described)
    {
        switch (Child(key))
        {
            case null:
                return null;
            case YamlMappingNode mapping:
                return new(mistakes, mapping, described);
            case var other:
                mistakes.Add(other, $"'{key}' of {what} is {Describe(other)}; expected a mapping");
                return null;
        }
    }

    /// <summary>An absolute http(s) address.</summary>
    public Uri? Address(string key, bool required = false)
    {
        if (Text(key, required, "an http:// or https:// address") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0)
            return address;
        mistakes.Add(Child(key)!, $"'{text}' is no address; expected an http:// or https:// address of a file");
        return null;
    }

    /// <summary>Notes each key that nobody asked for. Call it last.</summary>
    public void RefuseOtherKeys()
    {
        foreach (var key in node.Children.Keys.Where(key => key is not YamlScalarNode { Value: { } name } || !asked.Contains(name)))
        {
            var name = (key as YamlScalarNode)?.Value ?? "?";
            mistakes.Add(key, $"unknown key '{name}' in {what}; expected {string.Join(", ", asked)}{Spelling.Hint(name, asked)}");
        }
    }

    public static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "something else",
    };
}
