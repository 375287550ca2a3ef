using System.Security.Cryptography;

namespace Kola.Results.Gate.Records;

/// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017).</summary>
internal sealed class RsaKey(RSA key) : RecordKey
{
    public override byte[] PublicInfo => key.ExportSubjectPublicKeyInfo();

    public override byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    protected override bool Matches(byte[] data, byte[] signature) => key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    protected override void Dispose(bool disposing) => key.Dispose();
}
