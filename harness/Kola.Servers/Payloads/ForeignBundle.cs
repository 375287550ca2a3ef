using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Kola.Servers.Payloads;

/// <summary>A RAUC bundle that is sound, and signed by an untrusted key.</summary>
/// <remarks>
/// A bundle ends with its signature, CMS in DER, and the length of that in 8 bytes, big-endian (RAUC's reference, "Bundle Format"). In the formats verity and crypt the signature
/// holds the manifest, and the manifest the hash of what is before it: only the signature is made anew.
/// </remarks>
public static class ForeignBundle
{
    private const int LengthBytes = 8;

    /// <summary>The most that is taken for a signature, as in RAUC.</summary>
    private const long MostSignature = 64 * 1024;

    /// <summary>Signs with a key that is made for it and thrown away.</summary>
    /// <param name="file">The bundle; it stays as it is.</param>
    /// <returns>The whole bundle with the other signature.</returns>
    /// <exception cref="IOException">The file is not a bundle whose signature holds its manifest.</exception>
    public static byte[] Sign(string file)
    {
        var bundle = File.ReadAllBytes(file);
        var length = bundle.Length < LengthBytes ? 0 : BinaryPrimitives.ReadInt64BigEndian(bundle.AsSpan(bundle.Length - LengthBytes));
        if (length is <= 0 or > MostSignature || length > bundle.Length - LengthBytes)
            throw new IOException($"{file} is not a RAUC bundle: it does not end with the length of a signature");
        var content = bundle.Length - LengthBytes - (int)length;
        var signature = Sign(Manifest(file, bundle.AsSpan(content, (int)length)));
        var signed = new byte[content + signature.Length + LengthBytes];
        bundle.AsSpan(0, content).CopyTo(signed);
        signature.CopyTo(signed, content);
        BinaryPrimitives.WriteInt64BigEndian(signed.AsSpan(signed.Length - LengthBytes), signature.Length);
        return signed;
    }

    private static ContentInfo Manifest(string file, ReadOnlySpan<byte> signature)
    {
        try
        {
            var cms = new SignedCms();
            cms.Decode(signature);
            return cms.ContentInfo.Content.Length > 0 ? cms.ContentInfo : throw new IOException($"the signature of {file} does not hold the manifest; expected a bundle of the format verity");
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{file} is not a RAUC bundle: what its end calls a signature cannot be read", e);
        }
    }

    private static byte[] Sign(ContentInfo manifest)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Somebody else", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // It is to be refused for its signer, whatever the guest's clock says.
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var cms = new SignedCms(manifest, detached: false);
        cms.ComputeSignature(new CmsSigner(certificate) { DigestAlgorithm = new("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly });
        return cms.Encode();
    }
}
