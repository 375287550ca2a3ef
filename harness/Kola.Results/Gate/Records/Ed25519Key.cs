using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Kola.Results.Gate.Records;

/// <summary>Ed25519 (RFC 8032), over the bytes themselves.</summary>
/// <param name="secret"><see langword="null"/>: only the public half is known.</param>
internal sealed class Ed25519Key(Ed25519PrivateKeyParameters? secret, Ed25519PublicKeyParameters open) : RecordKey
{
    public override byte[] PublicInfo => SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(open).GetDerEncoded();

    /// <summary>From the DER of a PKCS #8 key; <see langword="null"/>: it is another kind of key.</summary>
    /// <param name="password">Of an encrypted one.</param>
    public static Ed25519Key? Private(byte[] der, string? password)
    {
        var key = password is null ? PrivateKeyFactory.CreateKey(der) : PrivateKeyFactory.DecryptKey(password.ToCharArray(), der);
        return key is Ed25519PrivateKeyParameters secret ? new(secret, secret.GeneratePublicKey()) : null;
    }

    /// <summary>From the DER of a SubjectPublicKeyInfo; <see langword="null"/>: it is another kind of key.</summary>
    public static Ed25519Key? Public(byte[] der) => PublicKeyFactory.CreateKey(der) is Ed25519PublicKeyParameters open ? new(null, open) : null;

    public override byte[] Sign(byte[] data) => Signer(forSigning: true, secret ?? throw new InvalidOperationException("the private half of this key is not known"), data).GenerateSignature();

    protected override bool Matches(byte[] data, byte[] signature) => Signer(forSigning: false, open, data).VerifySignature(signature);

    protected override void Dispose(bool disposing)
    {
    }

    private static Ed25519Signer Signer(bool forSigning, ICipherParameters key, byte[] data)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning, key);
        signer.BlockUpdate(data, 0, data.Length);
        return signer;
    }
}
