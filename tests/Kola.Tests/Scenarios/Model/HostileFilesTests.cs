using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model;

/// <summary>Files that are no scenarios at all.</summary>
public sealed class HostileFilesTests
{
    private readonly ScenarioFolder folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("", "1:1: the file is empty; expected a scenario")]
    [TestCase("# only a comment\n", "1:1: the file is empty; expected a scenario")]
    [TestCase("---\n", "*:*: got nothing; expected a scenario: *")]
    [TestCase("- a\n- b\n", "1:1: got a list; expected a scenario: *")]
    [TestCase("just text\n", "1:1: got 'just text'; expected a scenario: *")]
    [TestCase("a: [1\nb: 2\n", "1:4: not YAML: *")]
    [TestCase("scenario: x\n\tsummary: y\n", "2:1: a tab in the indentation; use spaces")]
    [TestCase("a: *nobody\n", "1:4: '\\*nobody' is not a known alias; *")]
    [TestCase("a: &a [*a]\n", "1:8: '\\*a' is not a known alias; *")]
    public void A_file_that_is_no_scenario_is_refused(string text, string expected)
    {
        folder.Problems(text).Should().ContainMatch(expected.Replace("\\*", "*", StringComparison.Ordinal));
    }

    [Test]
    public void A_second_document_is_refused()
    {
        folder.Problems(ScenarioFolder.Minimal("  - run: a") + "---\na: b\n").Should().Equal("8:1: a second document begins here; expected one in a file");
    }

    [Test]
    public void A_file_that_is_not_UTF8_is_refused_with_the_place_of_the_byte()
    {
        byte[] bytes = [.. "scenario: x\nsummary: caf"u8, 0xE9, .. "\n"u8];

        folder.Problems(bytes).Should().Equal("2:13: this byte is not UTF-8; save the file as UTF-8");
    }

    [Test]
    public void A_byte_order_mark_does_no_harm()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(ScenarioFolder.Minimal("  - run: a"))];

        folder.Problems(bytes).Should().BeEmpty();
    }

    [Test]
    public void Binary_content_is_refused()
    {
        folder.Problems("scenario: a\nsummary: \0\n").Should().Equal("2:10: control character U+0000; expected plain text");
    }

    [Test]
    public void A_very_large_file_is_refused_unread()
    {
        folder.Problems(new string('#', (1 << 20) + 1)).Should().Equal("1:1: the file is larger than 1048576 bytes; expected a scenario");
    }

    [Test]
    public void An_alias_bomb_is_refused_before_it_expands()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 30; level++)
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");

        folder.Problems(bomb.ToString()).Should().ContainSingle().Which.Should().Contain("more than 20000 values");
    }

    [TestCase('[')]
    [TestCase('{')]
    [TestCase('-')]
    public void Endless_nesting_is_refused(char bracket)
    {
        var text = string.Concat(Enumerable.Repeat(bracket == '-' ? "- " : bracket.ToString(), 20_000));

        folder.Problems(text).Should().ContainSingle().Which.Should().Contain("nested deeper than 64 levels");
    }

    [Test]
    public void Aliases_are_welcome_where_they_save_writing()
    {
        folder.Problems(ScenarioFolder.Minimal("  - run: a\n    stdout: &same { contains: x }\n  - run: b\n    stdout: *same")).Should().BeEmpty();
    }
}
