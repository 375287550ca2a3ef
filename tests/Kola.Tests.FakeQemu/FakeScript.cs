using System.Text.RegularExpressions;

namespace Kola.Tests.FakeQemu;

/// <summary>
/// What the fake guest does, one action a line: <c>WHEN: ACTION [ARGUMENT]</c>. WHEN is <c>launch</c> (before it connects), <c>cont</c>, <c>resume</c> (cont of a saved machine), <c>powerdown</c>,
/// <c>reset</c>, <c>quit</c>, or <c>key X</c>; with a number behind it (<c>powerdown 2</c>) it holds for that time only. Actions: <c>print TEXT</c> (C escapes) to the console, <c>journal TEXT</c> to the journal port, <c>stderr TEXT</c>, <c>delay MILLISECONDS</c>, <c>exit CODE</c>,
/// <c>die</c> (SIGKILL), <c>shutdown</c> (as a guest does), <c>reboot</c> (RESET by the guest, then <c>cont</c> again), <c>event JSON</c>, <c>ignore</c>.
/// <c>launch NAME</c> is the launch of the machine of that name.
/// <c>ssh: port PORT</c> is no occasion: it says where a server answers SSH in the guest's place. Nor is <c>trace: file PATH</c>: it says that each command of the monitor is written to PATH.PID, one a line, after the time (CLOCK_MONOTONIC) and the machine's name.
/// </summary>
internal sealed class FakeScript(IReadOnlyList<(string When, string Action, string Argument)> lines)
{
    public static FakeScript Empty { get; } = new([]);

    public static FakeScript Read(string path) => new(
    [
        .. File.ReadLines(path).Where(line => line.Trim().Length > 0).Select(line =>
        {
            var (when, rest) = Cut(line, ": ");
            var (action, argument) = Cut(rest, " ");
            return (when.Trim(), action, Regex.Unescape(argument));
        }),
    ]);

    public IReadOnlyList<(string Action, string Argument)> At(string when) =>
        [.. lines.Where(line => line.When == when).Select(line => (line.Action, line.Argument))];

    private static (string, string) Cut(string text, string at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[(index + at.Length)..]) : (text, "");
}
