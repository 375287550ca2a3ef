using System.Security.Cryptography;
using Google.Protobuf;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Signatures of payloads: RSA, PKCS#1 v1.5, over a SHA-256.</summary>
internal static class PayloadSigning
{
    /// <summary>The version that clients look for where there is one signature.</summary>
    public const uint Version = 2;

    /// <summary>Of keys that clients are built with.</summary>
    public const int LeastKeyBits = 2048;

    /// <summary>Bytes of the message, which must be known before anything is hashed: 264 for RSA-2048.</summary>
    public static int MessageBytes(RSA key) => Message(new byte[key.KeySize / 8], Version).CalculateSize();

    public static byte[] Sign(RSA key, byte[] sha256, uint version) =>
        Message(key.SignHash(sha256, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), version).ToByteArray();

    public static bool Verify(RSA key, byte[] sha256, byte[] signature)
    {
        try
        {
            return key.VerifyHash(sha256, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // It is not even as long as the key.
            return false;
        }
    }

    private static Signatures Message(byte[] data, uint version) => new() { Signatures_ = { new Signatures.Types.Signature { Version = version, Data = ByteString.CopyFrom(data) } } };
}
