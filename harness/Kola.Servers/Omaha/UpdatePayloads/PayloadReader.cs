using System.Security.Cryptography;
using Google.Protobuf;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Reads update payloads of either format and says what they are and exactly what is wrong with them.</summary>
/// <remarks>It reads from start to end, a piece at a time. Images that packed operations write (REPLACE_BZ, REPLACE_XZ) are not unpacked; the report says so.</remarks>
public static class PayloadReader
{
    /// <summary>A manifest has 60 bytes for each operation; with a kernel's and a distribution's images that is some MiB.</summary>
    private const int MostManifestBytes = 256 * 1024 * 1024;

    private const int MostSignatureBytes = 64 * 1024;

    /// <param name="key">What it should be signed by; <see langword="null"/>: signatures are not verified.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<PayloadReport> InspectAsync(Stream payload, RSA? key, CancellationToken cancellation)
    {
        using var cursor = new PayloadCursor(payload);
        var findings = new PayloadFindings();
        if (await ReadAsync(cursor, findings, key, cancellation) is { } end)
        {
            await cursor.PassAsync(ulong.MaxValue, signed: false, _ => { }, cancellation);
            if (cursor.Position > end)
                findings.Add(PayloadProblemKind.TrailingData, $"{cursor.Position - end} bytes follow from byte {end} of the file on, where the payload ends");
        }
        else
        {
            await cursor.PassAsync(ulong.MaxValue, signed: false, _ => { }, cancellation);
        }

        if (key is null && findings.Signatures is not [])
            findings.NotChecked("signatures, because no key was given");
        return new()
        {
            Format = findings.Format,
            Size = cursor.Position,
            Sha256 = cursor.Sha256(),
            Images = findings.Images,
            Signatures = findings.Signatures,
            Problems = findings.Problems,
            Unchecked = findings.Unchecked,
        };
    }

    /// <returns>Where the payload ends; <see langword="null"/>: it could not be read so far.</returns>
    private static async Task<long?> ReadAsync(PayloadCursor cursor, PayloadFindings findings, RSA? key, CancellationToken cancellation)
    {
        if (await ReadHeaderAsync(cursor, findings, cancellation) is not { } header || await ReadManifestAsync(cursor, header, findings, cancellation) is not { } contents)
            return null;
        if (header.MetadataSignatureSize > 0 && !await ReadSignatureAsync("metadata", header.MetadataSignatureSize, cursor, findings, key, cancellation))
            return null;
        if (header is { Version: 2, MetadataSignatureSize: 0 })
            findings.Add(PayloadProblemKind.NoSignature, "metadata: the manifest is not signed");
        var operations = new OperationReader(cursor, contents, findings);
        if (!await operations.ReadAsync(cancellation))
            return null;
        if (contents.SignaturesOffset is not { } offset || contents.SignaturesSize == 0)
        {
            findings.Add(PayloadProblemKind.NoSignature, "payload: it is not signed");
            return cursor.Position;
        }

        if (offset != operations.Offset)
        {
            findings.Add(PayloadProblemKind.OperationSize, $"payload: its signature is at {offset} of the blobs, expected {operations.Offset}, where the last operation's data ends");
            return null;
        }

        return await ReadSignatureAsync("payload", contents.SignaturesSize, cursor, findings, key, cancellation) ? cursor.Position : null;
    }

    private static async Task<PayloadHeader?> ReadHeaderAsync(PayloadCursor cursor, PayloadFindings findings, CancellationToken cancellation)
    {
        if (await cursor.TakeAsync(PayloadHeader.FixedBytes, PayloadHeader.FixedBytes, signed: true, cancellation) is not { } start)
        {
            findings.Add(PayloadProblemKind.Truncated, $"header: the file ends at byte {cursor.Position}, expected at least {PayloadHeader.FixedBytes} bytes");
            return null;
        }

        var header = PayloadHeader.Of(start);
        if (!start.AsSpan().StartsWith(PayloadHeader.Magic))
            findings.Add(PayloadProblemKind.BadMagic, $"header: the file begins with bytes {Convert.ToHexStringLower(start[..4])}, expected {Convert.ToHexStringLower(PayloadHeader.Magic)} (CrAU)");
        else if (header.Version is not (1 or 2))
            findings.Add(PayloadProblemKind.UnknownVersion, $"header: the payload has version {header.Version}, expected 1 or 2");
        else if (header.Version == 1)
            return header;
        else if (await cursor.TakeAsync(PayloadHeader.SignatureSizeBytes, PayloadHeader.SignatureSizeBytes, signed: true, cancellation) is { } size)
            return header with { MetadataSignatureSize = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(size) };
        else
            findings.Add(PayloadProblemKind.Truncated, $"header: the file ends at byte {cursor.Position}, in the middle of the header");
        return null;
    }

    private static async Task<PayloadContents?> ReadManifestAsync(PayloadCursor cursor, PayloadHeader header, PayloadFindings findings, CancellationToken cancellation)
    {
        findings.Format = (int)header.Version;
        var at = cursor.Position;
        if (await cursor.TakeAsync(header.ManifestSize, MostManifestBytes, signed: true, cancellation) is not { } bytes)
        {
            findings.Add(PayloadProblemKind.Truncated, $"manifest: it has {header.ManifestSize} bytes from byte {at} of the file on; the file does not have as many, or they are more than {MostManifestBytes}");
            return null;
        }

        try
        {
            var contents = PayloadContents.Read((int)header.Version, bytes);
            if (contents.BlockBytes is not (0 or > 1024 * 1024))
                return contents;
            findings.Add(PayloadProblemKind.BadManifest, $"manifest: its blocks have {contents.BlockBytes} bytes, expected {ImagePlan.BlockBytes}");
        }
        catch (InvalidProtocolBufferException e)
        {
            findings.Add(PayloadProblemKind.BadManifest, $"manifest: bytes {at} to {cursor.Position - 1} of the file are not a manifest: {e.Message}");
        }

        return null;
    }

    /// <returns>Whether it was there.</returns>
    private static async Task<bool> ReadSignatureAsync(string of, ulong size, PayloadCursor cursor, PayloadFindings findings, RSA? key, CancellationToken cancellation)
    {
        var (at, digest) = (cursor.Position, cursor.SignedSha256());
        if (await cursor.TakeAsync(size, MostSignatureBytes, signed: false, cancellation) is not { } bytes)
        {
            findings.Add(PayloadProblemKind.Truncated, $"{of}: its signature has {size} bytes from byte {at} of the file on; the file does not have as many, or they are more than {MostSignatureBytes}");
            return false;
        }

        try
        {
            Check(of, Signatures.Parser.ParseFrom(bytes), digest, findings, key);
        }
        catch (InvalidProtocolBufferException e)
        {
            findings.Add(PayloadProblemKind.BadSignature, $"{of}: bytes {at} to {cursor.Position - 1} of the file are not a signature: {e.Message}");
        }

        return true;
    }

    private static void Check(string of, Signatures message, byte[] digest, PayloadFindings findings, RSA? key)
    {
        PayloadSignature[] all = [.. message.Signatures_.Select(signature =>
            new PayloadSignature(of, signature.Version, signature.Data.Length, key is null ? null : PayloadSigning.Verify(key, digest, signature.Data.ToByteArray())))];
        findings.Signatures.AddRange(all);
        // Clients of format 2 try every signature, whatever its version.
        PayloadSignature[] looked = findings.Format == 1 ? [.. all.Where(signature => signature.Version == PayloadSigning.Version)] : all;
        if (looked is [])
            findings.Add(PayloadProblemKind.BadSignature, $"{of}: it has {all.Length} signatures and none of version {PayloadSigning.Version}, the one that clients look for");
        else if (key is not null && !looked.Any(signature => signature.Verified is true))
            findings.Add(PayloadProblemKind.BadSignature, $"{of}: no signature is by the given key for this content (SHA-256 {Convert.ToHexStringLower(digest)})");
    }
}
