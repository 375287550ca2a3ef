using System.CommandLine;
using System.CommandLine.Parsing;

namespace Kola.Cli;

/// <summary>What is wrong with a command line, in the user's words rather than in those of the type system.</summary>
internal static class UsageErrors
{
    /// <summary>One line an error, then where to look.</summary>
    public static IEnumerable<string> Describe(ParseResult result)
    {
        var errors = result.Errors.Select(Describe).Distinct().ToList();
        // A word that is no command is reported twice; the word says more than the missing command.
        if (result.UnmatchedTokens.Count > 0)
            errors.RemoveAll(error => error.StartsWith("Required command", StringComparison.Ordinal));
        return errors.Append($"see {Path(result.CommandResult)} --help");
    }

    private static string Describe(ParseError error) =>
        error.SymbolResult is OptionResult { Option: var option, Tokens: [{ Value: var given }, ..] } && Expected(option.ValueType) is { } expected
            && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
            ? $"{option.Name} {given}: expected {expected}"
            : error.Message;

    private static string? Expected(Type type)
    {
        var own = Nullable.GetUnderlyingType(type) ?? type;
        return own.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(own).Select(name => name.ToLowerInvariant()))}"
            : own == typeof(int) || own == typeof(long) ? "a whole number"
            : null;
    }

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "kola";
}
