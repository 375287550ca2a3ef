using Kola.Results.Stories;

namespace Kola.Tests.Results.Stories;

/// <summary>A run whose guests, files and people say what no report expects.</summary>
internal static class HostileStory
{
    /// <summary>Ends of everything, control sequences, control characters, lone surrogates, noncharacters, a mark that turns the direction, and an emoji.</summary>
    public static readonly string Text =
        $"]]></failure>\" ' ` ``` | # \\ $(x) ${{{{x}}}} <script> \e[1;31mred\e[0m \e]0;title\a \0\u0001\u0008\u001f\u0085 {(char)0xD800} {(char)0xDC00} \uFFFE \u202E \u2028\r\nnot ok 99 - # TODO\n  ...\n---\n😀";

    /// <summary>Of 10 MiB.</summary>
    public static string Long { get; } = $"{Text} {string.Concat(Enumerable.Repeat("0123456789abcde\n", 640 * 1024))} the end";

    public static RunStory Of(RunStory story) => story with
    {
        Plan = story.Plan with { Run = Text, Kola = Text, Host = story.Plan.Host with { Accelerator = Text, QemuVersion = Text } },
        Scenarios = [.. story.Scenarios.Select(s => s with
        {
            Plan = s.Plan with { Id = $"{s.Plan.Id} {Text}", Name = $"{s.Plan.Name} {Text}", Summary = Text, File = Text, Tags = [Text], Matrix = new Dictionary<string, string> { [Text] = Text } },
            Attempts = [.. s.Attempts.Select(a => a with
            {
                Reason = a.Reason is null ? null : Long,
                Reproduce = Text,
                Steps = [.. a.Steps.Select(step => step with { Detail = Long, Begin = step.Begin with { Title = Text, Machine = Text, Location = Text }, Meanwhile = [(a.Start, Text)] })],
            })],
        })],
    };
}
