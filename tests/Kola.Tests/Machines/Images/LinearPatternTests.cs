using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines.Images.Catalog;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

/// <summary>The catalog's expressions are checked without the engine that runs them where that engine cannot refuse: both must say the same.</summary>
internal sealed class LinearPatternTests
{
    [TestCase(@"starting (?<release>\S+) from (?:slot )?(?<entry>[AB])$")]
    [TestCase(@"a{2,3}|\{b\}")]
    [TestCase(@"(a+)+b")]
    [TestCase(@"(")]
    [TestCase(@"(?=a)b")]
    [TestCase(@"(?<!a)b")]
    [TestCase(@"(?>a)b")]
    [TestCase(@"(a)\1")]
    [TestCase(@"(?<x>a)\k<x>")]
    [TestCase(@"(?<x>a)(?<y-x>b)")]
    [TestCase(@"(?'x'a)(?'y-x'b)")]
    [TestCase(@"(a)?(?(1)b|c)")]
    [TestCase(@"\Ga")]
    [TestCase(@"((a{1000}){1000}){10}")]
    public void It_is_valid_exactly_where_the_engine_of_linear_time_takes_it(string text) =>
        LinearPattern.TryParse(text, out _).Should().Be(EngineTakes(text));

    private static bool EngineTakes(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
