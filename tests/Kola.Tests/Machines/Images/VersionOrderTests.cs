using CsCheck;
using FluentAssertions;
using Kola.Machines.Images.Releases;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

internal sealed class VersionOrderTests
{
    private static readonly string[][] Ranks =
        [.. File.ReadLines(Path.Combine(Checkout.Root, "tests/corpus/versions/order.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ').Select(version => version == "\"\"" ? "" : version).ToArray())];

    private static readonly Gen<string> Versions = Gen.Char["012aBz.~^-_"].Array[0, 8].Select(characters => new string(characters));

    private static int Compare(string a, string b) => VersionOrder.Instance.Compare(a, b);

    [Test]
    public void Versions_order_as_the_specification_says()
    {
        foreach (var (left, ones) in Ranks.Index())
            foreach (var (right, others) in Ranks.Index())
                foreach (var one in ones)
                    foreach (var other in others)
                        Math.Sign(Compare(one, other)).Should().Be(left.CompareTo(right), "'{0}' against '{1}'", one, other);
    }

    [TestCase("2~rc1", "2")]
    [TestCase("2", "2.1")]
    [TestCase("2-1", "2.1")]
    [TestCase("2-1", "2^1")]
    [TestCase("9", "10")]
    [TestCase("123.a", "123a")]
    public void An_older_one_comes_first(string older, string newer) => Compare(older, newer).Should().BeNegative();

    [Test]
    public void The_order_is_one() => Gen.Select(Versions, Versions, Versions).Sample((a, b, c) =>
        Math.Sign(Compare(a, b)) == -Math.Sign(Compare(b, a))
        && Compare(a, a) == 0
        && (Compare(a, b) > 0 || Compare(b, c) > 0 || Compare(a, c) <= 0));

    [Test]
    public void A_pre_release_is_older_and_leading_zeros_do_not_count() => Gen.Select(Versions.Where(version => !version.EndsWith('~')), Gen.Int[1, 99]).Sample((version, number) =>
        Compare($"{version}~rc{number}", version) < 0 && Compare($"{version}.{number}", $"{version}.0{number}") == 0);
}
