using System.CommandLine;
using Kola.Cli.Projects;
using Kola.Machines;
using Kola.Machines.Capabilities;
using Kola.Yaml;

namespace Kola.Cli.Commands;

/// <summary>What a command has to know: by an option, else by a question, else what is usual.</summary>
/// <param name="questions"><see langword="null"/>: nobody is asked.</param>
internal sealed class Answers(ParseResult result, Questions? questions)
{
    /// <param name="usual"><see langword="null"/>: somebody has to say it.</param>
    /// <param name="objection">What is wrong with an answer; <see langword="null"/>: nothing.</param>
    /// <exception cref="InputException">The option's value is wrong, or nobody says it.</exception>
    public string Get(string what, Option<string?> option, string? usual, Func<string, string?> objection)
    {
        if (result.GetValue(option) is not { } given)
            return questions?.Ask(what, usual, objection) ?? usual ?? throw new InputException($"{option.Name} is missing: {what}; give it, or call this on a terminal, which asks");
        return objection(given) is { } wrong ? throw new InputException($"{option.Name} {given}: {wrong}") : given;
    }

    public string Choose(string what, Option<string?> option, string usual, IReadOnlyCollection<string> words) =>
        result.GetValue(option) ?? questions?.Choose(what, usual, words) ?? usual;

    /// <summary>The words that an option gives.</summary>
    /// <exception cref="InputException">One is no capability.</exception>
    public IReadOnlyList<Capability> Capabilities(Option<string[]> option) => [.. (result.GetValue(option) ?? []).SelectMany(Split).Distinct().Select(word => Known(word, out var wrong) ?? throw new InputException($"{option.Name} {word}: {wrong}"))];

    /// <summary>Asks for such words; none are an answer, too.</summary>
    public IReadOnlyList<Capability> AskCapabilities(string what) =>
        questions is null ? [] : [.. Split(questions.Ask(what, "", text => Split(text).Select(word => Known(word, out var wrong) is null ? wrong : null).FirstOrDefault(wrong => wrong is not null))).Distinct().Select(word => Known(word, out _)!.Value)];

    private static string[] Split(string words) => words.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static Capability? Known(string word, out string wrong)
    {
        var all = EnumWords.All<Capability>();
        wrong = $"there is no capability '{word}'{Spelling.Hint(word, all)}; expected some of {string.Join(", ", all)}";
        return EnumWords.Parse<Capability>(word);
    }
}
