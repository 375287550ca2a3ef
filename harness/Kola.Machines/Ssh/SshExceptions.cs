namespace Kola.Machines.Ssh;

/// <summary>The connection ended while a command ran: whether it finished is not known.</summary>
public sealed class SshConnectionLostException(string machine, string what, Exception? inner)
    : GuestException($"{machine}: the SSH connection was lost during: {what}{Because(inner)}; if a reboot was meant, use a reboot step, which waits for it", inner)
{
    /// <summary>The command, or the transfer.</summary>
    public string What { get; } = what;

    private static string Because(Exception? inner) => inner is null ? "" : $" ({inner.Message})";
}

/// <summary>A command did not end in its time. It was told to end (SIGTERM).</summary>
public sealed class SshCommandTimeoutException(string machine, string command, TimeSpan timeout, string stdout, string stderr)
    : GuestException($"{machine}: no end after {timeout.TotalSeconds:0.#} s: {command}\n{Tail("stdout", stdout)}{Tail("stderr", stderr)}Give it a longer timeout, or find what it waits for."), IStarvable
{
    private const int TailLength = 2000;

    public string Command { get; } = command;

    /// <inheritdoc/>
    public TimeSpan? Waited => timeout;

    /// <summary>What it had written until then.</summary>
    public string Stdout { get; } = stdout;

    /// <inheritdoc cref="Stdout"/>
    public string Stderr { get; } = stderr;

    private static string Tail(string name, string text) =>
        text.Length == 0 ? "" : $"{name} so far: {(text.Length > TailLength ? "…" + text[^TailLength..] : text).TrimEnd()}\n";
}

/// <summary>The server answers and refuses to let Kola in.</summary>
public sealed class SshRefusedException(string machine, string user, string keyPath, Exception inner)
    : GuestException($"{machine}: SSH refuses {user} with the key {keyPath} ({inner.Message}); check that the provisioning config took effect and that {user} is the image's login user", inner);

/// <summary>The machine's host key is another one than before: another system answers, or it lost its state.</summary>
public sealed class HostKeyChangedException(string machine, string pinned, string offered)
    : GuestException($"{machine}: the SSH host key changed from {pinned} to {offered}; a reboot or an update must keep it: look for lost state under /etc/ssh");
