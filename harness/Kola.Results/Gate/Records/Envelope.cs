using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kola.Results.Gate.Records;

/// <summary>A signed payload: DSSE 1.0 (github.com/secure-systems-lab/dsse), one signature.</summary>
public sealed record Envelope
{
    /// <summary>Media type of in-toto statements.</summary>
    public const string InToto = "application/vnd.in-toto+json";

    public required string PayloadType { get; init; }

    public required byte[] Payload { get; init; }

    public required IReadOnlyList<EnvelopeSignature> Signatures { get; init; }

    /// <summary>Signs a statement.</summary>
    public static Envelope Sign(byte[] payload, RecordKey key) => new()
    {
        PayloadType = InToto,
        Payload = payload,
        Signatures = [new(SigningKey.IdOf(key), key.Sign(Encoded(InToto, payload)))],
    };

    /// <summary>The file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, EnvelopeJson.Written.Envelope), (byte)'\n'];

    /// <summary>
    /// Reads a file, and takes it only as <see cref="ToBytes"/> writes it but for the space between its tokens: tools indent JSON and change line ends, and the signature
    /// covers the payload's bytes. All else that it does not cover must not differ either.
    /// </summary>
    /// <exception cref="RecordException">It is no such envelope, or not as it was written.</exception>
    public static Envelope Read(byte[] file)
    {
        Envelope envelope;
        try
        {
            envelope = JsonSerializer.Deserialize(file, EnvelopeJson.Written.Envelope) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new RecordException($"the record is not a signed DSSE envelope: {e.Message}", e);
        }

        return SameButForSpace(envelope.ToBytes(), file) ? envelope : throw new RecordException("the record was altered: it is not written as Kola writes one");
    }

    /// <summary>Whether two JSON texts differ at most in the space between their tokens.</summary>
    internal static bool SameButForSpace(byte[] one, byte[] other) => Dense(one).AsSpan().SequenceEqual(Dense(other));

    /// <summary>JSON without the white space that stands outside of its strings (RFC 8259, section 2).</summary>
    private static byte[] Dense(byte[] json)
    {
        var dense = new List<byte>(json.Length);
        var (inString, escaped) = (false, false);
        foreach (var octet in json)
        {
            if (!inString && (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                continue;
            dense.Add(octet);
            inString ^= octet == (byte)'"' && !escaped;
            escaped = inString && octet == (byte)'\\' && !escaped;
        }

        return [.. dense];
    }

    /// <summary>The payload, once its signature holds.</summary>
    /// <exception cref="RecordException">It is not signed by this key, or was altered since.</exception>
    public byte[] Open(RecordKey key)
    {
        if (PayloadType != InToto)
            throw new RecordException($"the record holds '{PayloadType}'; expected {InToto}");
        if (Signatures is not [var signature])
            throw new RecordException($"the record has {Signatures.Count} signatures; expected one");
        if (signature.KeyId != SigningKey.IdOf(key))
            throw new RecordException($"the record is signed by another key ({Wording.Digest(signature.KeyId)}) than the one given ({Wording.Digest(SigningKey.IdOf(key))})");
        return key.Verifies(Encoded(PayloadType, Payload), signature.Sig) ? Payload : throw new RecordException("the signature does not fit: the record was altered, or another key signed it");
    }

    /// <summary>What is signed: DSSE's pre-authentication encoding.</summary>
    private static byte[] Encoded(string type, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} ")), .. payload];
}

/// <param name="Sig">As its kind of key makes it; of ECDSA it is DER.</param>
public sealed record EnvelopeSignature([property: JsonPropertyName("keyid")] string KeyId, byte[] Sig);

[JsonSerializable(typeof(Envelope))]
internal sealed partial class EnvelopeJson : JsonSerializerContext
{
    /// <summary>Base64 as it is, without escapes; nothing in the file that is not known.</summary>
    public static EnvelopeJson Written { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
