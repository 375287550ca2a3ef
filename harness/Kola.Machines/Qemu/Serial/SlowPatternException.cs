using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>A regular expression of the user's took longer than it may: the expression is at fault, not the machine.</summary>
/// <param name="where">What it was tried on.</param>
public sealed class SlowPatternException(Regex pattern, string where, Exception? inner = null)
    : InputException(Tell(pattern, where), inner)
{
    internal static string Tell(Regex pattern, string where) =>
        $"the expression /{pattern}/ did not finish within {pattern.MatchTimeout.TotalSeconds:0.#} s on {where}; write one that backtracks less";
}
