using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Kola.Results.Gate.Records;

/// <summary>Keys of records, as PEM that openssl and cosign read: PKCS #8, SEC 1 (EC PRIVATE KEY) or PKCS #1 (RSA PRIVATE KEY). Kola makes ECDSA on P-256.</summary>
public static partial class SigningKey
{
    /// <summary>Of RSA, in bits (NIST SP 800-57: 128 bits of security).</summary>
    private const int LeastRsa = 3072;

    /// <summary>P-256 and P-384 by their object identifiers (RFC 5480).</summary>
    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

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
    public static RecordKey ReadPrivate(string pem, string source, string? password)
    {
        pem = Repaired(pem);
        var encrypted = pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (encrypted && string.IsNullOrEmpty(password))
            throw new RecordException($"{source} is encrypted; set KOLA_KEY_PASSWORD to its password");
        if (!encrypted && !pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new RecordException($"{source} holds no private key in PEM; make one with kola key new");
        if (Foreign().Match(pem) is { Success: true } other)
            throw new RecordException($"{source} is encrypted in a way that Kola does not read ({other.Value}); write it as PKCS #8: openssl pkcs8 -topk8 -in KEY -out NEW, or for a key of cosign make one with kola key new");
        return Import(
            source,
            key =>
            {
                if (encrypted)
                    key.ImportFromEncryptedPem(pem, password);
                else
                    key.ImportFromPem(pem);
            },
            () => Ed25519Key.Private(Der(pem), encrypted ? password : null),
            encrypted ? "or the password (KOLA_KEY_PASSWORD) is wrong" : "make one with kola key new");
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="RecordException">It is no such key.</exception>
    public static RecordKey ReadPublic(string pem, string source) =>
        pem.Contains("PUBLIC KEY-----", StringComparison.Ordinal)
            ? Import(source, key => key.ImportFromPem(Repaired(pem)), () => Ed25519Key.Public(Der(Repaired(pem))), "take the .pub that kola key new wrote")
            : throw new RecordException($"{source} holds no public key in PEM; take the .pub that kola key new wrote");

    /// <summary>How a key is named in signatures: SHA-256 of its public half (DER), lower-case hexadecimal.</summary>
    public static string IdOf(RecordKey key) => Convert.ToHexStringLower(SHA256.HashData(key.PublicInfo));

    /// <summary>A key that secret stores have put on one line, or whose line breaks they wrote as <c>\n</c>: its base64 in lines again (RFC 7468).</summary>
    private static string Repaired(string pem) =>
        OneKey.Replace(pem, key => $"-----BEGIN {key.Groups["label"].Value}-----\n{string.Join('\n', Broken().Replace(key.Groups["base64"].Value, "").Chunk(64).Select(line => new string(line)))}\n-----END {key.Groups["label"].Value}-----\n");

    [GeneratedRegex(@"-----BEGIN (?<label>[A-Z ]+)-----(?<base64>(?:\s|\\[nr]|[A-Za-z0-9+/=])*)-----END \k<label>-----")]
    private static partial Regex OneKey { get; }

    [GeneratedRegex(@"\s|\\[nr]")]
    private static partial Regex Broken();

    /// <summary>Keys that openssl's old way or cosign's own encrypts.</summary>
    [GeneratedRegex("Proc-Type: 4,ENCRYPTED|ENCRYPTED (SIGSTORE|COSIGN) PRIVATE KEY")]
    private static partial Regex Foreign();

    private static byte[] Der(string pem)
    {
        var fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    /// <summary>Takes the text for each kind of key in turn.</summary>
    private static RecordKey Import(string source, Action<AsymmetricAlgorithm> import, Func<RecordKey?> edwards, string remedy)
    {
        var (ecdsa, rsa) = (ECDsa.Create(), RSA.Create());
        if (Try(ecdsa, import) is not { } why)
        {
            rsa.Dispose();
            return Curves.Contains(ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value)
                ? ecdsa
                : throw Refused(ecdsa, $"{source} is on a curve that is neither P-256 nor P-384; make a key with kola key new");
        }

        ecdsa.Dispose();
        if (Try(rsa, import) is null)
            return rsa.KeySize >= LeastRsa ? new RsaKey(rsa) : throw Refused(rsa, $"{source} is an RSA key of {rsa.KeySize} bits; expected {LeastRsa} or more: take a longer key, or make one with kola key new");
        rsa.Dispose();
        try
        {
            if (edwards() is { } key)
                return key;
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidOperationException or FormatException or Org.BouncyCastle.Security.GeneralSecurityException or Org.BouncyCastle.Crypto.CryptoException)
        {
            throw new RecordException($"{source} is not a key that Kola can use ({why}); {remedy}", e);
        }

        throw new RecordException($"{source} is a key of another kind; expected ECDSA on P-256 or P-384, Ed25519, or RSA of {LeastRsa} bits or more");
    }

    /// <summary>Why it is no such key; <see langword="null"/>: it is one.</summary>
    private static string? Try(AsymmetricAlgorithm key, Action<AsymmetricAlgorithm> import)
    {
        try
        {
            import(key);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return e.Message;
        }
    }

    private static RecordException Refused(AsymmetricAlgorithm key, string why)
    {
        key.Dispose();
        return new(why);
    }
}
