using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kola.Machines.Host;

namespace Kola.Machines.Guests;

/// <summary>Asks a systemd Linux for its <see cref="GuestInvariants"/>, in one command for root: an emulated guest takes a third of a second for each.</summary>
internal static partial class SystemdInvariants
{
    /// <summary>More files than any server has in /etc; beyond it the first by name count.</summary>
    public const int MostFiles = 5000;

    private const string Rule = "=====";

    /// <summary>Extended attributes by tar(1), which every distribution has, while getfattr(1) is a package of its own: its pax headers hold them as text.</summary>
    private const string Attributes = """
        if command -v tar > /dev/null; then tar --xattrs --xattrs-include='*' -cPf - "$f" 2> /dev/null | grep -ao 'SCHILY\.xattr\.[^=]*=.*' | sed 's/^SCHILY\.xattr\.//' | sort | tr '\n' ' '; else printf '?'; fi
        """;

    /// <summary>What systemctl(1) enables a unit by. It is read off the links: systemctl itself reads every unit file for its answer, which takes a starved machine more than the 25 s that a call may take.</summary>
    [GeneratedRegex(@"\A/etc/systemd/system/[^/]+\.(?:wants|requires|upholds)/(?<unit>[^/]+)\z")]
    private static partial Regex EnablingLink { get; }

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex BootId { get; }

    /// <param name="canaries">Absolute paths.</param>
    /// <param name="trustAnchors">Absolute paths, or patterns of the shell's.</param>
    public static string Command(IReadOnlyCollection<string> canaries, IReadOnlyCollection<string> trustAnchors) => $$"""
        cat /etc/machine-id; echo {{Rule}}
        cat /etc/ssh/ssh_host_*_key.pub 2> /dev/null; echo {{Rule}}
        cat /proc/sys/kernel/hostname; echo {{Rule}}
        find /etc -xdev -type l -printf 'link to %l  %p\n'
        find /etc -xdev -type f -size -2049 -print0 | sort -z | head -z -n {{MostFiles}} | xargs -0r sha256sum; echo {{Rule}}
        journalctl --list-boots --no-pager --quiet 2> /dev/null; echo {{Rule}}
        date -u +%s.%3N; echo {{Rule}}
        stat -f -c '%b %S' /; echo {{Rule}}
        for f in {{string.Join(' ', trustAnchors)}}; do [ -f "$f" ] && sha256sum "$f"; done; echo {{Rule}}
        for f in {{string.Join(' ', canaries.Select(ShellQuote.Word))}}; do
          echo "$f"
          if [ -e "$f" ]; then stat -c '%a %u:%g' "$f"; sha256sum < "$f"; {{Attributes}}; echo; else echo missing; echo; echo; fi
        done
        """;

    /// <returns><see langword="null"/> when the answer is not whole.</returns>
    public static GuestInvariants? Parse(string answer)
    {
        var parts = answer.Split($"{Rule}\n").Select(part => part.Split('\n')).ToArray();
        if (parts.Length != 9 || !decimal.TryParse(parts[5][0], CultureInfo.InvariantCulture, out var clock)
            || parts[6][0].Split(' ') is not [var blocks, var size] || !long.TryParse(blocks, out var count) || !long.TryParse(size, out var bytes))
            return null;
        var etc = Digests(parts[3]);
        return new()
        {
            MachineId = parts[0][0].Trim(),
            HostKeys = parts[1].Select(line => line.Split(' ')).Where(key => key.Length >= 2).DistinctBy(key => key[0]).ToDictionary(key => key[0], key => Fingerprint(key[1])),
            Hostname = parts[2][0].Trim(),
            Etc = etc,
            Boots = [.. parts[4].Select(line => BootId.Match(line)).Where(id => id.Success).Select(id => id.Value)],
            Clock = DateTimeOffset.FromUnixTimeMilliseconds((long)(clock * 1000)),
            RootSize = count * bytes,
            EnabledUnits = Enabled(etc.Keys),
            TrustAnchors = Digests(parts[7]),
            Canaries = parts[8].Chunk(4).Where(lines => lines.Length == 4).ToDictionary(lines => lines[0], Canary),
        };
    }

    private static string[] Enabled(IEnumerable<string> paths) => [.. paths.Select(path => EnablingLink.Match(path)).Where(link => link.Success).Select(link => link.Groups["unit"].Value).Distinct(StringComparer.Ordinal)];

    /// <summary>By path, as sha256sum(1) prints them.</summary>
    private static Dictionary<string, string> Digests(string[] lines) =>
        lines.Select(line => line.Split("  ", 2)).Where(file => file.Length == 2).DistinctBy(file => file[1]).ToDictionary(file => file[1], file => file[0]);

    private static CanaryState? Canary(string[] lines) => lines[1] == "missing" || lines[1].Split(' ') is not [var mode, var owner]
        ? null
        : new(mode, owner, lines[3] == "?" ? null : lines[3].Trim(), lines[2].Split(' ')[0]);

    /// <summary>As ssh-keygen -l prints it.</summary>
    private static string Fingerprint(string key) =>
        Convert.TryFromBase64String(key, new byte[key.Length], out _) ? $"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(key))).TrimEnd('=')}" : key;
}
