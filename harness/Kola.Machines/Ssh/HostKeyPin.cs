using System.Security.Cryptography;

namespace Kola.Machines.Ssh;

/// <summary>The host key a machine showed first: the only one accepted from then on, across reboots.</summary>
internal sealed class HostKeyPin
{
    private readonly Lock gate = new();

    /// <summary>Algorithm and SHA-256 fingerprint as <c>ssh-keygen -l</c> prints it.</summary>
    public string? Pinned { get; private set; }

    /// <summary>The pinned key's algorithm: to be asked for first, as a server that has come to more keys would show a better one.</summary>
    public string? Algorithm => Pinned?.Split(' ')[0];

    /// <summary>Pins the first key; tells whether a later one is the same.</summary>
    public bool Accept(string offered)
    {
        lock (gate)
            return (Pinned ??= offered) == offered;
    }

    /// <summary>Pins this key in place of any other.</summary>
    public void Renew(string key)
    {
        lock (gate)
            Pinned = key;
    }

    /// <summary>Of public keys as OpenSSH writes them (<c>ssh-ed25519 AAAA… comment</c>), pins the one of the kind that is pinned; tells whether there is one.</summary>
    public bool RenewAmong(IEnumerable<string> publicKeys)
    {
        lock (gate)
        {
            // The name of an RSA key's signature is not that of the key (RFC 8332).
            if (Pinned?.Split(' ')[0] is not { } name || publicKeys.FirstOrDefault(line => line.StartsWith(name.Replace("rsa-sha2-512", "ssh-rsa").Replace("rsa-sha2-256", "ssh-rsa") + ' ')) is not { } renewed)
                return false;
            Pinned = $"{name} SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(renewed.Split(' ')[1]))).TrimEnd('=')}";
            return true;
        }
    }

    /// <summary>Forgets the key: the next one is the first. For a machine whose disks are new.</summary>
    public void Forget()
    {
        lock (gate)
            Pinned = null;
    }
}
