using System.Text.Json.Serialization;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>How a payload is made wrong on purpose. What else it has stays right: the signature of a payload with a flipped blob, say, is valid for what it has become.</summary>
/// <remarks>The codes are those that update_engine reports.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<PayloadDefect>))]
public enum PayloadDefect
{
    /// <summary>The first bytes are not <c>CrAU</c> (21).</summary>
    [JsonStringEnumMemberName("bad-magic")] BadMagic,

    /// <summary>The header says that the manifest is longer than it is.</summary>
    [JsonStringEnumMemberName("wrong-manifest-size")] WrongManifestSize,

    /// <summary>The first operation has no hash of its data (38).</summary>
    [JsonStringEnumMemberName("missing-operation-hash")] MissingOperationHash,

    /// <summary>The first operation is said to have one byte more than it has.</summary>
    [JsonStringEnumMemberName("wrong-operation-size")] WrongOperationSize,

    /// <summary>One bit of the first operation's data is the other way round (29).</summary>
    [JsonStringEnumMemberName("flipped-blob")] FlippedBlob,

    /// <summary>The manifest does not say what the partition's image is (12).</summary>
    [JsonStringEnumMemberName("no-image-info")] NoImageInfo,

    /// <summary>The partition's image is said to be one block longer than what is written.</summary>
    [JsonStringEnumMemberName("wrong-image-size")] WrongImageSize,

    /// <summary>Signed by another key, made for it and thrown away; such a payload is another one each time (18).</summary>
    [JsonStringEnumMemberName("foreign-signature")] ForeignSignature,

    /// <summary>Not signed (17).</summary>
    [JsonStringEnumMemberName("no-signature")] NoSignature,

    /// <summary>The signature has version 1, which clients pass over (18).</summary>
    [JsonStringEnumMemberName("old-signature")] OldSignature,
}
