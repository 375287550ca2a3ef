using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Kola.Results.Gate.Records;

/// <summary>Keys of records: ECDSA on P-256, as PEM that openssl and cosign read.</summary>
public static partial class SigningKey
{
    /// <summary>P-256 by its object identifier (RFC 5480).</summary>
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>A fresh pair.</summary>
    /// <param name="password">Encrypts the private half (PKCS #8, AES-256); <see langword="null"/>: it is not encrypted.</param>
    public static (string Private, string Public) Create(string? password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 600_000));
        return (pem + "\n", key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>Reads a private key.</summary>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="password">Needed when it is encrypted.</param>
    /// <exception cref="RecordException">It is no such key, or the password is missing or wrong.</exception>
    public static ECDsa ReadPrivate(string pem, string source, string? password)
    {
        pem = Repaired(pem);
        var encrypted = pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (encrypted && string.IsNullOrEmpty(password))
            throw new RecordException($"{source} is encrypted; set KOLA_KEY_PASSWORD to its password");
        if (!encrypted && !pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new RecordException($"{source} holds no private key in PEM; make one with kola key new");
        return Import(source, key =>
        {
            if (encrypted)
                key.ImportFromEncryptedPem(pem, password);
            else
                key.ImportFromPem(pem);
        }, encrypted ? "or the password (KOLA_KEY_PASSWORD) is wrong" : "make one with kola key new");
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="RecordException">It is no such key.</exception>
    public static ECDsa ReadPublic(string pem, string source) =>
        pem.Contains("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal)
            ? Import(source, key => key.ImportFromPem(Repaired(pem)), "take the .pub that kola key new wrote")
            : throw new RecordException($"{source} holds no public key in PEM; take the .pub that kola key new wrote");

    /// <summary>How a key is named in signatures: SHA-256 of its public half (DER), lower-case hexadecimal.</summary>
    public static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>A key that secret stores have put on one line, or whose line breaks they wrote as <c>\n</c>: its base64 in lines again (RFC 7468).</summary>
    private static string Repaired(string pem) =>
        OneKey.Replace(pem, key => $"-----BEGIN {key.Groups["label"].Value}-----\n{string.Join('\n', Broken().Replace(key.Groups["base64"].Value, "").Chunk(64).Select(line => new string(line)))}\n-----END {key.Groups["label"].Value}-----\n");

    [GeneratedRegex(@"-----BEGIN (?<label>[A-Z ]+)-----(?<base64>(?:\s|\\[nr]|[A-Za-z0-9+/=])*)-----END \k<label>-----")]
    private static partial Regex OneKey { get; }

    [GeneratedRegex(@"\s|\\[nr]")]
    private static partial Regex Broken();

    private static ECDsa Import(string source, Action<ECDsa> import, string remedy)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
                return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new RecordException($"{source} is not a key that Kola can use ({e.Message}); {remedy}", e);
        }

        key.Dispose();
        throw new RecordException($"{source} is not a P-256 key; make one with kola key new");
    }
}
