using System.Security.Cryptography;

namespace Kola.Results.Gate.Records;

/// <summary>ECDSA with SHA-256, on either curve: what cosign takes from a key file without being told a digest. Signatures are DER.</summary>
internal sealed class EcdsaKey(ECDsa key) : RecordKey
{
    public override byte[] PublicInfo => key.ExportSubjectPublicKeyInfo();

    public override byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    protected override bool Matches(byte[] data, byte[] signature) => key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    protected override void Dispose(bool disposing) => key.Dispose();
}
