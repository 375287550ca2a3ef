using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using FluentAssertions;
using Kola.Tests.Yaml;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>A valid document, broken everywhere: the loader answers with a located problem, never with an exception.</summary>
public sealed class MutationTests
{
    private static readonly JsonNode Document = YamlDocuments.ToJson(ScenarioFolder.Valid);

    private static readonly string[] Inserted =
        ["", "\t", "\n", "  ", ":", "- ", "[", "}", "'", "\"", "*a ", "&a ", "!x ", "|", "${", "? ", "%", "\u0001", "é", "#"];

    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    public static IEnumerable<string> Nodes => Below(Document, "").Where(path => path.Length > 0);

    public static IEnumerable<string> Keys => Nodes.Where(path => Find(Document, Parent(path)) is JsonObject);

    [Test]
    public void The_document_is_valid_before_it_is_broken() => folder.Problems(Document.ToJsonString()).Should().BeEmpty();

    [TestCaseSource(nameof(Nodes))]
    public void A_mapping_of_nonsense_is_refused_everywhere(string path) => Refused(path, new JsonObject { ["no-such-key"] = 1 });

    [TestCaseSource(nameof(Nodes))]
    public void A_list_within_a_list_is_refused_everywhere(string path) => Refused(path, new JsonArray(new JsonArray(1)));

    [TestCaseSource(nameof(Nodes))]
    public void A_missing_value_is_refused_everywhere_but_where_the_key_says_all(string path)
    {
        if (path is "/steps/4/power-off" or "/steps/6/power-cut" or "/steps/5/power-on")
            Assert.Pass("the machine may stand in 'on' instead");
        Refused(path, null);
    }

    [TestCaseSource(nameof(Keys))]
    public void A_misspelt_key_is_refused_everywhere(string path)
    {
        var copy = Document.DeepClone();
        var parent = Find(copy, Parent(path))!.AsObject();
        var key = path[(path.LastIndexOf('/') + 1)..].Replace("~1", "/", StringComparison.Ordinal);
        var value = parent[key];
        parent.Remove(key);
        parent["?" + key] = value;

        Located(folder.Problems(copy.ToJsonString()));
    }

    [Test]
    public void Text_cut_off_or_altered_anywhere_never_throws()
    {
        var bytes = Encoding.UTF8.GetBytes(ScenarioFolder.Valid);
        var change = Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, Inserted.Length - 1], Gen.Int[0, 8]);

        change.Array[1, 3].Sample(changes =>
        {
            var text = bytes.ToList();
            foreach (var (at, inserted, remove) in changes)
            {
                var position = Math.Min(at, text.Count);
                text.RemoveRange(position, Math.Min(remove, text.Count - position));
                text.InsertRange(position, Encoding.UTF8.GetBytes(Inserted[inserted]));
            }

            _ = folder.Problems([.. text]);
        }, iter: 2000, threads: 1);
    }

    [Test]
    public void Every_beginning_of_a_document_is_refused_or_valid_but_never_throws()
    {
        for (var length = 0; length < ScenarioFolder.Valid.Length; length += 3)
            _ = folder.Problems(ScenarioFolder.Valid[..length]);
        folder.Problems(ScenarioFolder.Valid[..100]).Should().NotBeEmpty();
    }

    private void Refused(string path, JsonNode? replacement)
    {
        var copy = Document.DeepClone();
        var key = path[(path.LastIndexOf('/') + 1)..].Replace("~1", "/", StringComparison.Ordinal);
        if (Find(copy, Parent(path)) is JsonArray array)
            array[int.Parse(key)] = replacement;
        else
            Find(copy, Parent(path))!.AsObject()[key] = replacement;

        Located(folder.Problems(copy.ToJsonString()));
    }

    private static void Located(IReadOnlyList<string> problems) =>
        problems.Should().NotBeEmpty().And.AllSatisfy(problem => problem.Should().MatchRegex(@"^1:[0-9]+: \S"));

    private static IEnumerable<string> Below(JsonNode? node, string path) => (node switch
    {
        JsonObject all => all.SelectMany(pair => Below(pair.Value, $"{path}/{pair.Key.Replace("/", "~1", StringComparison.Ordinal)}")),
        JsonArray items => items.SelectMany((item, index) => Below(item, $"{path}/{index}")),
        _ => [],
    }).Prepend(path);

    private static string Parent(string path) => path[..path.LastIndexOf('/')];

    private static JsonNode? Find(JsonNode? node, string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(node, (current, part) =>
            current is JsonArray array ? array[int.Parse(part)] : current![part.Replace("~1", "/", StringComparison.Ordinal)]);
}
