using System.Security.Cryptography;
using Kola.Machines.Host;

namespace Kola.Machines.Ssh;

/// <summary>Which shell runs a command.</summary>
internal enum CommandShell
{
    /// <summary>The user's login shell (of the POSIX family) with all that its start-up files set: for commands that a scenario gives.</summary>
    Login,

    /// <summary>
    /// <c>/bin/sh</c> in the C locale, without the aliases, functions and options of start-up files: for what Kola asks. It takes the login
    /// shell's place, so that it costs one exec and no process.
    /// </summary>
    Known,
}

/// <summary>
/// What Kola puts before a command: a mark on both streams, so that what start-up files of the shell print is not taken for the command's
/// output; the shell's process id behind the mark on stderr; and the end of stdin.
/// </summary>
/// <remarks>
/// sshd passes signals on for unprivileged users only (session_signal_req refuses without privilege separation, which root has not), and
/// ends no process when a channel closes; the id is what a command that takes too long is ended by. SSH.NET 2026.0.0 sends the end of
/// stdin only after data, so a command without input would wait for ever. bash reads ~/.bashrc when sshd starts it.
/// </remarks>
internal sealed class CommandEnvelope
{
    private readonly string mark = $"kola-{RandomNumberGenerator.GetHexString(12, lowercase: true)}-";

    public CommandEnvelope(SshExec.OutputSink stdout, SshExec.OutputSink stderr)
    {
        Stdout = new(mark, stdout);
        Stderr = new(mark, stderr);
    }

    public MarkedStream Stdout { get; }

    public MarkedStream Stderr { get; }

    /// <summary>The shell's process id, which is its process group's and its session's, too: sshd makes a session for each command.</summary>
    public int? ProcessGroup => int.TryParse(Stderr.BehindMark, out var id) ? id : null;

    /// <summary>What start-up files printed; empty as a rule.</summary>
    public string Prelude => (Stdout.Prelude + Stderr.Prelude).Trim();

    /// <summary>On one line, so that the line numbers of the shell's messages stay right.</summary>
    /// <param name="hasInput">Whether something is sent to its stdin.</param>
    public string Wrap(string command, bool hasInput, CommandShell shell)
    {
        var marked = $"echo {mark}; echo {mark}$$ >&2; {(hasInput ? "" : "exec </dev/null; ")}{command}";
        return shell is CommandShell.Login
            ? marked
            : $"LC_ALL=C SYSTEMD_COLORS=0 PATH=\"$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\" exec /bin/sh -c {ShellQuote.Word(marked)}";
    }

    /// <summary>Passes on what waited for a mark: a shell that cannot read the command never prints it.</summary>
    public void Flush()
    {
        Stdout.Flush();
        Stderr.Flush();
    }
}
