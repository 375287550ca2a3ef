using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Files as they were reported, below <c>tests/corpus</c>: a line of <c>expected.tsv</c> says what is told of each; nothing where it is sound.</summary>
public sealed class CorpusTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCaseSource(nameof(Files), new object[] { "scenarios" })]
    public void Of_a_scenario_file_is_told(string path, string expected) => Told(folder.Problems(File.ReadAllBytes(path)), expected);

    [TestCaseSource(nameof(Files), new object[] { "provisioning" })]
    public void Of_a_first_configuration_is_told(string path, string expected)
    {
        var name = Path.GetFileName(path);
        File.Copy(path, Path.Combine(folder.Root, name), overwrite: true);
        var key = name.EndsWith(".ign", StringComparison.Ordinal) ? $"ignition: {{ file: {name} }}" : $"cloud-init: {{ user-data: {{ file: {name} }} }}";

        Told(folder.Problems(ScenarioFolder.Minimal("  - run: a").Replace("{}", $"{{ {key} }}", StringComparison.Ordinal)).Select(problem => problem.Replace(Path.Combine(folder.Root, name) + ":", "", StringComparison.Ordinal)), expected);
    }

    /// <summary>A file without a line would be tested by nobody.</summary>
    [TestCase("scenarios"), TestCase("provisioning")]
    public void Every_file_has_its_line(string kind) =>
        Files(kind).Select(file => Path.GetFileName((string)file.Arguments[0]!)).Should().BeEquivalentTo(
            Directory.EnumerateFiles(Folder(kind)).Select(Path.GetFileName).Where(name => name != "expected.tsv"));

    private static void Told(IEnumerable<string> problems, string expected)
    {
        if (expected.Length == 0)
            problems.Should().BeEmpty();
        else
            problems.Should().ContainMatch(expected);
    }

    private static IEnumerable<TestCaseData> Files(string kind) => File.ReadLines(Path.Combine(Folder(kind), "expected.tsv"))
        .Select(line => line.Split('\t')).Select(columns => new TestCaseData(Path.Combine(Folder(kind), columns[0]), columns[1]).SetArgDisplayNames(columns[0]));

    private static string Folder(string kind) => Path.Combine(Checkout.Root, "tests/corpus", kind);
}
