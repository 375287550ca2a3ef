using System.Globalization;
using Kola.Machines.Host;

namespace Kola.Machines.Guests;

/// <summary>Reseeds a Linux that runs systemd and OpenSSH, in one command: each process costs an emulated guest some hundredths of a second.</summary>
/// <remarks>
/// The clock is never set back: programs of a cluster compare times, and a step may have set it ahead.
/// The kernel's random numbers are reseeded by the VM generation id before anything runs here (Linux 5.18 and later); what is written to
/// /dev/urandom is mixed in besides. A host name that is written down is provisioning and stays. journald goes on in the file it has open
/// and starts another after a reboot; the old one is read on under its directory's new name. An SSH server that systemd listens for
/// (Debian's ssh.socket) cannot start anew on SIGHUP, as its port is taken: systemd restarts it, which leaves the connections that are there.
/// </remarks>
internal static class SystemdReseeding
{
    /// <summary>The last line but the keys: all is on the disk, a power cut cannot bring the old identity back.</summary>
    private const string Identity = $$"""
        old=$(cat /etc/machine-id)
        echo ID > /etc/machine-id
        for d in /var/log/journal /run/log/journal; do [ ! -d "$d/$old" ] || mv "$d/$old" "$d/ID"; done
        {{JournalStreaming.Restart}}
        for k in /etc/ssh/ssh_host_*_key; do
          [ -f "$k" ] || continue
          t=${k#/etc/ssh/ssh_host_}; rm -f "$k" "$k.pub"
          ssh-keygen -q -t "${t%_key}" -N '' -f "$k"
        done
        ! command -v restorecon > /dev/null || restorecon /etc/machine-id /etc/ssh/ssh_host_*
        p=; [ ! -s /run/sshd.pid ] || read p < /run/sshd.pid
        set -- /usr/lib/systemd/system/ssh*.socket
        if [ -z "$p" ]; then :
        elif [ -e "$1" ] && systemctl --quiet is-active ssh.socket sshd.socket; then systemctl try-restart ssh.service sshd.service
        else kill -HUP "$p"; fi
        """;

    public static string Command(GuestSeed seed) => $"""
        set -e
        [ "$(date +%s)" -ge {seed.Now.ToUnixTimeSeconds()} ] || date -u -s @{(seed.Now.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture)} > /dev/null
        echo {ShellQuote.Word(seed.Entropy)} > /dev/urandom
        [ ! -f /var/lib/systemd/random-seed ] || head -c 512 /dev/urandom > /var/lib/systemd/random-seed
        {(seed.MachineId is { } id ? Identity.Replace("ID", id, StringComparison.Ordinal) : "")}
        sync
        cat /etc/machine-id /etc/ssh/ssh_host_*_key.pub
        """;

    /// <summary>The machine id, then one key a line; <see langword="null"/> when it is nothing of the kind.</summary>
    public static GuestIdentity? Parse(string text)
    {
        var lines = GuestShell.Lines(text);
        return lines.Count > 0 && lines[0].Length == 32 && lines[0].All(char.IsAsciiHexDigit) ? new(lines[0], [.. lines.Skip(1)]) : null;
    }
}
