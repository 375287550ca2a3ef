using FluentAssertions;
using Kola.Scenarios.Model.Values;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Model.Values;

public sealed class TextExpectationTests
{
    [Test]
    public void White_space_at_both_ends_does_not_matter_to_equality()
    {
        new TextExpectation { EqualTo = "active\n" }.Check("  active\n\n").Should().BeNull();
        new TextExpectation { EqualTo = "active" }.Check("inactive\n").Should().Be("expected 'active', got 'inactive'");
        new TextExpectation { EqualTo = "active" }.Check("\n").Should().Be("expected 'active', got nothing");
    }

    [Test]
    public void Every_part_must_occur()
    {
        new TextExpectation { Contains = ["a", "b"] }.Check("xaxb").Should().BeNull();
        new TextExpectation { Contains = ["a", "b"] }.Check("xa").Should().Contain("'b'");
    }

    [Test]
    public void No_unwanted_part_may_occur()
    {
        new TextExpectation { Lacks = ["error"] }.Check("fine").Should().BeNull();
        new TextExpectation { Lacks = ["error"] }.Check("an error").Should().Contain("'error'");
    }

    [Test]
    public void An_expression_matches_line_by_line()
    {
        new TextExpectation { Matches = new("^b$") }.Check("a\nb\nc").Should().BeNull();
        new TextExpectation { Matches = new("^d$") }.Check("a\nb\nc").Should().Contain("/^d$/");
    }

    [Test]
    public void All_that_is_given_must_hold()
    {
        var expectation = new TextExpectation { Contains = ["a"], Matches = new("b") };

        expectation.Check("ab").Should().BeNull();
        expectation.Check("a").Should().NotBeNull();
        expectation.Check("b").Should().NotBeNull();
    }

    [Test]
    public void An_expression_that_backtracks_without_end_is_a_failure_and_not_a_hang()
    {
        var message = new TextExpectation { Matches = new("^(a+)+$") }.Check(new string('a', 50) + "!");

        message.Should().Contain("did not finish");
    }

    [Test]
    public void A_long_text_is_shown_in_part()
    {
        new TextExpectation { EqualTo = "a" }.Check(new string('b', 5000)).Should().HaveLength(439).And.EndWith("b…' (5000 characters)");
    }
}
