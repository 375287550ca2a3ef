using Kola.Machines;

namespace Kola.Cli.Projects;

/// <summary>Questions to a person on a terminal. Enter takes the answer in brackets.</summary>
internal sealed class Questions(TextReader answers, TextWriter output)
{
    /// <summary>On standard input and standard error; <see langword="null"/> where that is no terminal, and only options count.</summary>
    public static Questions? OnTerminal() => Console.IsInputRedirected || Console.IsErrorRedirected ? null : new(Console.In, Console.Error);

    /// <param name="what">What is asked for, without a colon.</param>
    /// <param name="usual">The answer of Enter; <see langword="null"/>: there must be one.</param>
    /// <param name="objection">What is wrong with an answer; <see langword="null"/>: nothing.</param>
    /// <exception cref="InputException">The answers end.</exception>
    public string Ask(string what, string? usual, Func<string, string?> objection)
    {
        while (true)
        {
            output.Write($"{what}{(usual is { Length: > 0 } ? $" [{usual}]" : "")}: ");
            output.Flush();
            var answer = answers.ReadLine() ?? throw new InputException("the questions were not answered, and nothing was written; answer them, or give options instead");
            answer = answer.Trim() is { Length: > 0 } given ? given : usual ?? "";
            if (objection(answer) is not { } wrong)
                return answer;
            output.WriteLine($"  {wrong}");
        }
    }

    /// <summary>As <see cref="Ask"/>, for one of several words.</summary>
    public string Choose(string what, string usual, IReadOnlyCollection<string> words) =>
        Ask($"{what} ({string.Join(", ", words)})", usual, answer => words.Contains(answer) ? null : $"expected one of {string.Join(", ", words)}");
}
