using System.Text;
using CsCheck;
using FluentAssertions;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Ssh;

[TestFixture]
public sealed class BoundedOutputTests
{
    [Test]
    public void All_of_it_is_there_up_to_the_limit_and_nothing_beyond() =>
        Gen.Byte[(byte)' ', (byte)'~'].Array[0, 30].Array[0, 5].Sample(pieces =>
        {
            var output = new BoundedOutput(4, limit: 64);
            foreach (var piece in pieces)
                output.Write(piece);

            var all = string.Concat(pieces.Select(Encoding.UTF8.GetString));
            return output.Whole == (all.Length <= 64 ? all : null);
        });

    [TestCase("", "")]
    [TestCase("abcd", "abcd")]
    [TestCase("abcdefgh", "abcdefgh")]
    [TestCase("abcdefghi", "abcd\n[kola: 1 bytes left out here]\nfghi")]
    [TestCase("abcdefghijklmnopqrs", "abcd\n[kola: 11 bytes left out here]\npqrs")]
    [TestCase("abcüfg", "abcüfg")]
    public void Beginning_and_end_stay_whatever_the_pieces(string text, string kept)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var piece = 1; piece <= Math.Max(1, bytes.Length); piece++)
        {
            var output = new BoundedOutput(4);
            foreach (var part in bytes.Chunk(piece))
                output.Write(part);

            output.ToString().Should().Be(kept, "in pieces of {0}", piece);
        }
    }
}
