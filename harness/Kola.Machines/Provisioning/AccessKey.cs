using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Kola.Machines.Provisioning;

/// <summary>The key pair Kola logs in with.</summary>
public sealed record AccessKey
{
    private const string Curve = "nistp256";
    private const string Algorithm = "ecdsa-sha2-" + Curve;

    /// <summary>A PEM file of mode 0600, as OpenSSH wants it.</summary>
    public required string PrivateKeyPath { get; init; }

    /// <summary>As in an <c>authorized_keys</c> file: algorithm, base64, comment.</summary>
    public required string PublicKeyLine { get; init; }

    /// <summary>Makes a new ECDSA P-256 key in <paramref name="directory"/> (<c>id_ecdsa</c> and <c>id_ecdsa.pub</c>).</summary>
    /// <exception cref="HostException">The files cannot be written.</exception>
    public static async Task<AccessKey> CreateAsync(string directory, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = Path.Combine(directory, "id_ecdsa");
        var line = $"{Algorithm} {Convert.ToBase64String(PublicBlob(key.ExportParameters(includePrivateParameters: false)))} kola";
        try
        {
            // Born with its mode: not readable by others even for a moment.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            await using (var file = new FileStream(path, options))
                await file.WriteAsync(Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem() + "\n"), cancellationToken);
            await File.WriteAllTextAsync(path + ".pub", line + "\n", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot write the SSH key {path}: {e.Message}; make the directory writable or remove an old key there", e);
        }

        return new() { PrivateKeyPath = path, PublicKeyLine = line };
    }

    /// <summary>Takes a key the user gave: any unencrypted private key that OpenSSH writes.</summary>
    /// <exception cref="InputException">The file is missing, unreadable, encrypted or no private key.</exception>
    public static AccessKey Load(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            using var key = new PrivateKeyFile(full);
            var algorithm = (KeyHostAlgorithm)key.HostKeyAlgorithms.First();
            var blob = algorithm.Data;
            // The line's first word is the blob's own first field; an RSA key's signature algorithm has another name.
            var name = Encoding.ASCII.GetString(blob, 4, BinaryPrimitives.ReadInt32BigEndian(blob));
            return new() { PrivateKeyPath = full, PublicKeyLine = $"{name} {Convert.ToBase64String(blob)} {Path.GetFileName(full)}" };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"SSH key {full}: no such file; give the path of a private key, or leave it out and Kola makes one", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"SSH key {full}: cannot be read: {e.Message}; make it readable for this user", e);
        }
        catch (SshPassPhraseNullOrEmptyException e)
        {
            throw new InputException($"SSH key {full}: it is encrypted; give a key without a passphrase, or leave it out and Kola makes one", e);
        }
        catch (Exception e) when (e is SshException or FormatException or ArgumentException or CryptographicException or NotSupportedException or InvalidOperationException)
        {
            throw new InputException($"SSH key {full}: not a private key that OpenSSH writes: {e.Message}; check that it is not the .pub file", e);
        }
    }

    /// <summary>RFC 5656 section 3.1: string algorithm, string curve, string Q (uncompressed point).</summary>
    private static byte[] PublicBlob(ECParameters key)
    {
        byte[] point = [4, .. key.Q.X!, .. key.Q.Y!];
        return [.. Field(Encoding.ASCII.GetBytes(Algorithm)), .. Field(Encoding.ASCII.GetBytes(Curve)), .. Field(point)];
    }

    private static byte[] Field(byte[] value)
    {
        var field = new byte[4 + value.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, value.Length);
        value.CopyTo(field, 4);
        return field;
    }
}
