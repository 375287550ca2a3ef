using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>Questions as shell commands. Each costs a process or two: on an emulated guest about a third of a second.</summary>
internal static class GuestShell
{
    /// <summary>Far more than any answer takes; an emulated guest that is busy starting needs its time.</summary>
    public static readonly TimeSpan AnswerBound = TimeSpan.FromMinutes(3);

    /// <summary>strerror(3) of ETIMEDOUT: what systemd's tools say when systemd was too slow for them.</summary>
    public const string GaveUp = "Connection timed out";

    /// <summary>What the command prints; it must succeed.</summary>
    /// <param name="asked">What is asked for, for the message.</param>
    /// <exception cref="NoAnswerException">The command itself waited in vain.</exception>
    public static async Task<string> AskAsync(this SshSession ssh, string asked, string command, CancellationToken cancellationToken)
    {
        var result = await ssh.QueryAsync(command, AnswerBound, cancellationToken);
        if (!result.Succeeded && result.Stderr.Contains(GaveUp, StringComparison.Ordinal))
            throw new NoAnswerException(ssh.Name, asked, command, result.Stderr.Trim());
        return result.Succeeded
            ? result.WholeStdout ?? throw new GuestException($"{ssh.Name}: cannot tell {asked}: \"{command}\" printed more than {CommandResult.JudgedBytes >> 20} MiB; check that the image's adapter is the right one")
            : throw new GuestException($"{ssh.Name}: cannot tell {asked}: \"{command}\" ended with {result.ExitCode}: {result.Stderr.Trim()}; check that the image's adapter is the right one");
    }

    public static IReadOnlyList<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
