using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>Somebody who waits for a line of the console.</summary>
/// <param name="from">What stands before this position does not count.</param>
internal sealed class ConsoleWaiter(Regex pattern, long from)
{
    private readonly TaskCompletionSource<ConsoleMatch> found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first match. Fails with <see cref="SlowPatternException"/> where the expression takes too long.</summary>
    public Task<ConsoleMatch> Found => found.Task;

    /// <summary>Whether the wait is over. An expression that takes too long fails its own wait, and nothing else.</summary>
    public bool Try(ConsoleLine line)
    {
        var skip = Math.Max(0, from - line.Position);
        if (skip > line.Text.Length)
            return false;
        try
        {
            var match = pattern.Match(line.Text[(int)skip..]);
            return match.Success && found.TrySetResult(new(
                match, line.Text, line.Position + skip + match.Index, line.Position + skip + match.Index + match.Length));
        }
        catch (RegexMatchTimeoutException e)
        {
            return found.TrySetException(new SlowPatternException(pattern, $"a line of {line.Text.Length} characters of the console", e));
        }
    }
}
