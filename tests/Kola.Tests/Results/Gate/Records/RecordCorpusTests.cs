using System.Security.Cryptography;
using FluentAssertions;
using Kola.Results.Gate.Records;
using NUnit.Framework;

namespace Kola.Tests.Results.Gate.Records;

/// <summary>A record that Kola 0.1.0 signed, and what became of it on the way: <c>tests/corpus/records</c>.</summary>
public sealed class RecordCorpusTests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests/corpus/records");

    /// <summary>Of the release's boot entry, whose digest the record holds.</summary>
    private const string Artifact = "6cf5dc66b3ea0c761d64cd61b7a56c1b6a09de6f8a8eb6dcbc99edf83af5e985";

    [TestCaseSource(nameof(Files))]
    public void A_record_is_known_again_or_refused(string name, bool sound)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(Folder, "key.pub")));
        var check = new RecordCheck { Artifacts = new Dictionary<string, string> { ["my-os.efi"] = Artifact }, Now = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero) };

        var verifying = () => check.Verify(File.ReadAllBytes(Path.Combine(Folder, name)), key);

        if (sound)
            verifying().Predicate.Result.Should().Be("PASSED");
        else
            verifying.Should().Throw<RecordException>();
    }

    [Test]
    public void Every_file_has_its_line() =>
        Files().Select(file => (string)file.Arguments[0]!).Should().BeEquivalentTo(Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileName));

    private static IEnumerable<TestCaseData> Files() =>
        File.ReadLines(Path.Combine(Folder, "expected.tsv")).Select(line => line.Split('\t')).Select(columns => new TestCaseData(columns[0], columns[1].Length == 0));
}
