using System.Text.RegularExpressions;

namespace Kola.Machines.Host;

/// <summary>Words for a POSIX shell.</summary>
public static partial class ShellQuote
{
    // Not $, which matches before a newline at the end, too.
    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,=-]+\z")]
    private static partial Regex Plain { get; }

    /// <summary>One word that the shell takes as it is, whatever it holds: a program's path, or an argument.</summary>
    /// <remarks>Before the program, <c>NAME=value</c> would be an assignment.</remarks>
    /// <exception cref="InputException">The text holds a NUL, which no shell word can.</exception>
    public static string Word(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new InputException($"\"{text.Replace("\0", "\\0", StringComparison.Ordinal)}\" holds a NUL character; remove it");
        return Plain.IsMatch(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>A path as an operand: never taken for an option.</summary>
    public static string Path(string path) => Word(path.StartsWith('-') ? "./" + path : path);
}
