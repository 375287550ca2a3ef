using System.Buffers.Binary;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>What a payload begins with: magic, version, the manifest's size and, from version 2 on, that of its signature; big-endian.</summary>
/// <param name="MetadataSignatureSize">0 with version 1, which has none.</param>
internal readonly record struct PayloadHeader(ulong Version, ulong ManifestSize, uint MetadataSignatureSize)
{
    /// <summary>Bytes up to the manifest's size, which all versions have.</summary>
    public const int FixedBytes = 20;

    /// <summary>Bytes that version 2 has besides.</summary>
    public const int SignatureSizeBytes = 4;

    public static ReadOnlySpan<byte> Magic => "CrAU"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Version == 1 ? FixedBytes : FixedBytes + SignatureSizeBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(12), ManifestSize);
        if (Version != 1)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(FixedBytes), MetadataSignatureSize);
        return bytes;
    }

    /// <param name="fixedPart">Without a metadata signature's size.</param>
    public static PayloadHeader Of(ReadOnlySpan<byte> fixedPart) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(fixedPart[4..]), BinaryPrimitives.ReadUInt64BigEndian(fixedPart[12..]), 0);
}
