using System.Security.Cryptography;
using System.Text;

namespace Kola.Machines.Ssh;

/// <summary>
/// What Kola puts before a command: it tells the shell's process id as the first word on stderr, taken out of what the user sees, and
/// closes stdin. The login shell must be one of the POSIX family.
/// </summary>
/// <remarks>
/// sshd passes signals on for unprivileged users only (session_signal_req refuses without privilege separation, which root has not), and
/// ends no process when a channel closes; the id is what a command that takes too long is ended by. SSH.NET 2026.0.0 sends the end of
/// stdin only after data, so a command without input would wait for ever.
/// </remarks>
internal sealed class CommandEnvelope(SshExec.OutputSink stderr)
{
    private readonly string mark = $"kola-{RandomNumberGenerator.GetHexString(12, lowercase: true)}-";
    private readonly List<byte> held = [];
    private bool open = true;

    /// <summary>The shell's process id, which is its process group's, too: sshd makes a session for each command.</summary>
    public int? ProcessGroup { get; private set; }

    /// <summary>On one line, so that the line numbers of the shell's messages stay right.</summary>
    /// <param name="hasInput">Whether something is sent to its stdin.</param>
    public string Wrap(string command, bool hasInput) => $"echo {mark}$$ >&2; {(hasInput ? "" : "exec </dev/null; ")}{command}";

    /// <summary>Takes stderr as it comes. What a start-up file of the shell prints first is passed on, too.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!open)
        {
            stderr(bytes);
            return;
        }

        held.AddRange(bytes);
        var text = Encoding.Latin1.GetString([.. held]);
        var start = text.IndexOf(mark, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('\n', start);
        if (end >= 0)
        {
            ProcessGroup = int.TryParse(text.AsSpan((start + mark.Length)..end), out var id) ? id : null;
            held.RemoveRange(start, end + 1 - start);
            Flush();
        }
        else if (held.Count > 64 * 1024)
        {
            Flush();
        }
    }

    /// <summary>Passes on what waited for the mark: a shell that cannot read the command never prints it.</summary>
    public void Flush()
    {
        if (!open)
            return;
        open = false;
        stderr([.. held]);
        held.Clear();
    }
}
