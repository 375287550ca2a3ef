using System.Text.Json.Serialization;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Something that is wrong with a payload.</summary>
/// <param name="Message">Where, what was expected, what is there.</param>
public sealed record PayloadProblem(PayloadProblemKind Kind, string Message);

/// <summary>What is wrong with a payload. Codes in parentheses are those that update_engine reports.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PayloadProblemKind>))]
public enum PayloadProblemKind
{
    /// <summary>It ends before what it announces.</summary>
    [JsonStringEnumMemberName("truncated")] Truncated,

    /// <summary>It is no payload (21).</summary>
    [JsonStringEnumMemberName("bad-magic")] BadMagic,

    [JsonStringEnumMemberName("unknown-version")] UnknownVersion,

    /// <summary>The manifest is not a message of the format, or contradicts itself.</summary>
    [JsonStringEnumMemberName("bad-manifest")] BadManifest,

    /// <summary>An operation without a hash of its data (38).</summary>
    [JsonStringEnumMemberName("missing-operation-hash")] MissingOperationHash,

    /// <summary>An operation's data does not have its hash (29).</summary>
    [JsonStringEnumMemberName("operation-hash")] OperationHash,

    /// <summary>An operation's data is not where the one before it ends, or does not fit where it goes.</summary>
    [JsonStringEnumMemberName("operation-size")] OperationSize,

    /// <summary>The manifest does not say what an image is (12 where it is the partition's).</summary>
    [JsonStringEnumMemberName("no-image-info")] NoImageInfo,

    [JsonStringEnumMemberName("image-size")] ImageSize,

    [JsonStringEnumMemberName("image-hash")] ImageHash,

    /// <summary>It is not signed (17).</summary>
    [JsonStringEnumMemberName("no-signature")] NoSignature,

    /// <summary>No signature that clients look at, or one by another key, or for other content (18).</summary>
    [JsonStringEnumMemberName("bad-signature")] BadSignature,

    /// <summary>Something follows where it should end.</summary>
    [JsonStringEnumMemberName("trailing-data")] TrailingData,
}
