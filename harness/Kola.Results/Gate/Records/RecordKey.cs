using System.Security.Cryptography;

namespace Kola.Results.Gate.Records;

/// <summary>A key that signs or verifies records: ECDSA on P-256 or P-384, Ed25519, or RSA of 3072 bits or more; see <see cref="SigningKey"/>.</summary>
public abstract class RecordKey : IDisposable
{
    /// <summary>Its public half: DER of a SubjectPublicKeyInfo (RFC 5280).</summary>
    public abstract byte[] PublicInfo { get; }

    /// <summary>Its public half as PEM.</summary>
    public string PublicPem => PemEncoding.WriteString("PUBLIC KEY", PublicInfo) + "\n";

    public static implicit operator RecordKey(ECDsa key) => new EcdsaKey(key);

    public static RecordKey FromECDsa(ECDsa key) => key;

    public abstract byte[] Sign(byte[] data);

    /// <summary>Whether the signature is of these bytes by this key; one that is malformed is not.</summary>
    public bool Verifies(byte[] data, byte[] signature)
    {
        try
        {
            return Matches(data, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Verifies"/>
    /// <exception cref="CryptographicException">The signature is malformed.</exception>
    protected abstract bool Matches(byte[] data, byte[] signature);

    protected abstract void Dispose(bool disposing);
}
