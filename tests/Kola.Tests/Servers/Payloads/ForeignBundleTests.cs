using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FluentAssertions;
using Kola.Servers.Payloads;
using NUnit.Framework;

namespace Kola.Tests.Servers.Payloads;

/// <summary>A bundle signed by somebody else: the same manifest, another signer.</summary>
public sealed class ForeignBundleTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
    private const string Manifest = "[update]\ncompatible=os\nversion=2\n";

    private readonly TemporaryFolder folder = new();

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void Only_the_signature_is_another()
    {
        var bundle = Bundle(Content, out var ours);
        var signed = ForeignBundle.Sign(folder.Write("os_2.raucb", bundle));

        signed[..Content.Length].Should().Equal(Content);
        var cms = Signature(signed);
        Encoding.UTF8.GetString(cms.ContentInfo.Content).Should().Be(Manifest);
        cms.Invoking(c => c.CheckSignature(verifySignatureOnly: true)).Should().NotThrow("the signature itself is right");
        cms.SignerInfos[0].Certificate!.Thumbprint.Should().NotBe(ours);
        Signature(bundle).SignerInfos[0].Certificate!.Thumbprint.Should().Be(ours);
    }

    [TestCase(0)]
    [TestCase(4)]
    [TestCase(4096)]
    public void What_is_no_bundle_is_said_to_be_none(int length)
    {
        var file = folder.Write("other.raucb", new byte[length]);
        FluentActions.Invoking(() => ForeignBundle.Sign(file)).Should().Throw<IOException>().WithMessage("*other.raucb is not a RAUC bundle*");
    }

    private static byte[] Bundle(byte[] content, out string signer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=Ours", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        signer = certificate.Thumbprint;
        var cms = new SignedCms(new ContentInfo(Encoding.UTF8.GetBytes(Manifest)), detached: false);
        cms.ComputeSignature(new CmsSigner(certificate) { IncludeOption = X509IncludeOption.EndCertOnly });
        var signature = cms.Encode();
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, signature.Length);
        return [.. content, .. signature, .. length];
    }

    private static SignedCms Signature(byte[] bundle)
    {
        var length = (int)BinaryPrimitives.ReadInt64BigEndian(bundle.AsSpan(bundle.Length - 8));
        var cms = new SignedCms();
        cms.Decode(bundle.AsSpan(bundle.Length - 8 - length, length));
        return cms;
    }
}
