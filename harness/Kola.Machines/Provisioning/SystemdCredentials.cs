using System.Text;

namespace Kola.Machines.Provisioning;

/// <summary>Kola's side of systemd credentials over SMBIOS type 11 (systemd.system-credentials(7), systemd-creds(1)).</summary>
public static class SystemdCredentials
{
    /// <summary>Bytes of all strings together. QEMU's 32-bit SMBIOS entry point, q35's default before QEMU 9.1, ends at 65535 bytes of tables.</summary>
    public const int TotalLimit = 56 * 1024;

    /// <summary>systemd's CREDENTIAL_NAME_MAX, which is NAME_MAX.</summary>
    private const int NameLimit = 255;

    internal static IReadOnlyList<QemuAttachment> Attach(IReadOnlyDictionary<string, string> values, IReadOnlyList<string> publicKeyLines, string user)
    {
        foreach (var name in values.Keys)
            CheckName(name);

        var all = new Dictionary<string, string>(values);
        // tmpfiles.d/provision.conf knows a key for root alone; another user's key has no credential (sshd would need its own).
        if (user != "root")
            throw new InputException($"credentials: systemd has a credential for root's SSH key only, and the machine's user is \"{user}\"; set user: root, or provision it another way");
        const string keyName = "ssh.authorized_keys.root";
        var ours = string.Join('\n', publicKeyLines);
        all[keyName] = values.TryGetValue(keyName, out var own) && own.Length > 0 ? $"{own.TrimEnd('\n')}\n{ours}\n" : ours + "\n";

        var strings = all.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => OemString(c.Key, c.Value)).ToList();
        var total = strings.Sum(s => s.Length + 1);
        if (total > TotalLimit)
            throw new InputException($"credentials: {total} bytes in all, at most {TotalLimit} fit into SMBIOS; hand large contents over by Ignition or upload them");
        return [.. strings.Select(s => new QemuAttachment.SmbiosOemString(s))];
    }

    /// <summary>Credentials that are Kola's own, without a key.</summary>
    public static IEnumerable<QemuAttachment> Attach(IEnumerable<KeyValuePair<string, string>> values) =>
        values.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new QemuAttachment.SmbiosOemString(OemString(c.Key, c.Value)));

    /// <summary>Always the binary form: an SMBIOS string cannot hold a NUL or be trusted with line ends.</summary>
    private static string OemString(string name, string value) =>
        $"io.systemd.credential.binary:{name}={Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}";

    /// <summary>systemd's credential_name_valid(): a file name and a descriptor name at once; and an SMBIOS name ends at the first '='.</summary>
    private static void CheckName(string name)
    {
        if (name.Length is 0 or > NameLimit || name is "." or "..")
            throw new InputException($"credentials: \"{name}\" is not a credential name: expected 1 to {NameLimit} characters, not . or ..; rename it");
        foreach (var c in name)
        {
            if (c is < ' ' or > '~' or ':' or '/' or '=')
                throw new InputException($"credentials: \"{name}\" is not a credential name: it holds '{c}'; use letters, digits, dots, dashes and underscores");
        }
    }
}
