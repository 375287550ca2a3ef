using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Utilities;
using Org.BouncyCastle.Security;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Kola.Machines.Provisioning;

/// <summary>The key pairs Kola logs in with: an ECDSA P-256 key, whose use costs an emulated guest least, and an Ed25519 key for SSH servers that take no ECDSA.</summary>
public sealed record AccessKey
{
    private const string Curve = "nistp256";
    private const string EcdsaName = "id_ecdsa", EdwardsName = "id_ed25519";
    private const string Algorithm = "ecdsa-sha2-" + Curve;

    /// <summary>A PEM file of mode 0600, as OpenSSH wants it.</summary>
    public required string PrivateKeyPath { get; init; }

    /// <summary>As in an <c>authorized_keys</c> file: algorithm, base64, comment.</summary>
    public required string PublicKeyLine { get; init; }

    /// <summary>The key that is offered when the first is refused; <see langword="null"/>: none.</summary>
    public AccessKey? Second { get; init; }

    /// <summary>All private keys, in the order in which they are offered.</summary>
    public IReadOnlyList<string> PrivateKeyPaths => [PrivateKeyPath, .. Second?.PrivateKeyPaths ?? []];

    /// <summary>All public keys, as <see cref="PublicKeyLine"/>.</summary>
    public IReadOnlyList<string> PublicKeyLines => [PublicKeyLine, .. Second?.PublicKeyLines ?? []];

    /// <summary>Makes new keys in <paramref name="directory"/> (<c>id_ecdsa</c>, <c>id_ed25519</c>, and each with <c>.pub</c>).</summary>
    /// <exception cref="HostException">The files cannot be written.</exception>
    public static async Task<AccessKey> CreateAsync(string directory, CancellationToken cancellationToken)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var first = await WriteAsync(
            Path.Combine(directory, EcdsaName), ecdsa.ExportECPrivateKeyPem() + "\n", Algorithm, PublicBlob(ecdsa.ExportParameters(includePrivateParameters: false)), cancellationToken);
        var edwards = new Ed25519PrivateKeyParameters(new SecureRandom());
        var pem = PemEncoding.WriteString("OPENSSH PRIVATE KEY", OpenSshPrivateKeyUtilities.EncodePrivateKey(edwards));
        return first with
        {
            Second = await WriteAsync(
                Path.Combine(directory, EdwardsName), pem + "\n", "ssh-ed25519", OpenSshPublicKeyUtilities.EncodePublicKey(edwards.GeneratePublicKey()), cancellationToken),
        };
    }

    private static async Task<AccessKey> WriteAsync(string path, string pem, string algorithm, byte[] publicBlob, CancellationToken cancellationToken)
    {
        var line = $"{algorithm} {Convert.ToBase64String(publicBlob)} kola";
        try
        {
            // Born with its mode: not readable by others even for a moment.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            await using (var file = new FileStream(path, options))
                await file.WriteAsync(Encoding.ASCII.GetBytes(pem), cancellationToken);
            await File.WriteAllTextAsync(path + ".pub", line + "\n", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot write the SSH key {path}: {e.Message}; make the directory writable or remove an old key there", e);
        }

        return new() { PrivateKeyPath = path, PublicKeyLine = line };
    }

    /// <summary>Takes up the keys that <see cref="CreateAsync"/> made in a folder, now or in an earlier run.</summary>
    /// <exception cref="InputException">They are missing or damaged.</exception>
    public static AccessKey LoadMade(string directory)
    {
        var second = Path.Combine(directory, EdwardsName);
        return Load(Path.Combine(directory, EcdsaName)) with { Second = File.Exists(second) ? Load(second) : null };
    }

    /// <summary>Copies the private keys to a folder, which is made; <see cref="LoadMade"/> takes them up there.</summary>
    public void CopyTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var from in PrivateKeyPaths)
        {
            // Born with its mode, as it was the first time.
            using var file = new FileStream(Path.Combine(directory, Path.GetFileName(from)), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(File.ReadAllBytes(from));
        }
    }

    /// <summary>Whether a file is one of those that <see cref="CreateAsync"/> makes: never part of what a run hands out.</summary>
    public static bool IsMade(string path) => Path.GetFileNameWithoutExtension(path) is EcdsaName or EdwardsName;

    /// <summary>The files of <see cref="CreateAsync"/> that a folder has.</summary>
    public static IReadOnlyList<string> FilesIn(string directory) => [.. Directory.EnumerateFiles(directory).Where(IsMade)];

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
