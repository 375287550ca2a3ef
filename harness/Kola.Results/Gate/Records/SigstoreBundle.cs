using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Gate.Records;

/// <summary>
/// A signed statement as a sigstore bundle v0.3 (github.com/sigstore/protobuf-specs), which cosign 3 reads without an option. Its signer is named by a key that the verifier
/// has, not by a certificate, and it stands in no transparency log.
/// </summary>
public sealed record SigstoreBundle(string MediaType, BundleMaterial VerificationMaterial, Envelope DsseEnvelope)
{
    public const string Version03 = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The hint names the key; the signature must not name it, too: cosign (2.5 and 3.1 were tried) knows keys by names of its own there, and refuses any other.</summary>
    public static SigstoreBundle Of(Envelope envelope, RecordKey key) => new(Version03, new(new(HintOf(key))), Named(envelope, ""));

    /// <summary>The file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, BundleJson.Written.SigstoreBundle), (byte)'\n'];

    /// <summary>As <see cref="Envelope.Open"/>.</summary>
    /// <exception cref="RecordException">It is not signed by this key, or was altered since.</exception>
    public byte[] Open(RecordKey key)
    {
        if (VerificationMaterial.PublicKey.Hint != HintOf(key))
            throw new RecordException($"the record is signed by another key (hint {VerificationMaterial.PublicKey.Hint}) than the one given ({HintOf(key)})");
        return DsseEnvelope.Signatures.All(signature => signature.KeyId.Length == 0) ? Named(DsseEnvelope, SigningKey.IdOf(key)).Open(key) : throw new RecordException("the record was altered: the signature in a bundle names no key");
    }

    /// <summary>Reads a file as strictly as <see cref="Envelope.Read"/>; <see langword="null"/>: it is no bundle.</summary>
    /// <exception cref="RecordException">It is one, but not as it was written.</exception>
    public static SigstoreBundle? Find(byte[] file)
    {
        SigstoreBundle bundle;
        try
        {
            using var document = JsonDocument.Parse(file);
            if (document.RootElement.ValueKind is not JsonValueKind.Object || !document.RootElement.TryGetProperty("mediaType", out _))
                return null;
            bundle = JsonSerializer.Deserialize(file, BundleJson.Written.SigstoreBundle) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new RecordException($"the record is neither a signed DSSE envelope nor a sigstore bundle of Kola: {e.Message}", e);
        }

        if (bundle.MediaType != Version03)
            throw new RecordException($"the record is a bundle of type {bundle.MediaType}; expected {Version03}");
        return Envelope.SameButForSpace(bundle.ToBytes(), file) ? bundle : throw new RecordException("the record was altered: it is not written as Kola writes one");
    }

    private static string HintOf(RecordKey key) => Convert.ToBase64String(SHA256.HashData(key.PublicInfo));

    private static Envelope Named(Envelope envelope, string key) => envelope with { Signatures = [.. envelope.Signatures.Select(signature => signature with { KeyId = key })] };
}

/// <param name="PublicKey">What the verifier finds the key by.</param>
public sealed record BundleMaterial(BundleKey PublicKey);

/// <param name="Hint">Base64 of the SHA-256 of the key's public half (DER), as cosign writes it.</param>
public sealed record BundleKey(string Hint);

[JsonSerializable(typeof(SigstoreBundle))]
internal sealed partial class BundleJson : JsonSerializerContext
{
    public static BundleJson Written { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
