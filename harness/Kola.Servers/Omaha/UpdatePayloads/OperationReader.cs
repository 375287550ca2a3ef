using System.Security.Cryptography;
using Kola.Servers.Omaha.UpdatePayloads.Wire;

namespace Kola.Servers.Omaha.UpdatePayloads;

/// <summary>Reads the data of a payload's operations and checks each against its hash, and each image against its own.</summary>
internal sealed class OperationReader(PayloadCursor cursor, PayloadContents contents, PayloadFindings findings)
{
    /// <summary>Bytes of data so far.</summary>
    public ulong Offset { get; private set; }

    /// <returns>Whether all was there, so that what follows can be read.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        foreach (var (name, info, operations) in contents.Images)
        {
            using var assembly = new ImageAssembly(name, info, contents.BlockBytes);
            var (sound, complete) = (true, true);
            foreach (var (number, operation) in operations.Index())
            {
                (var right, complete) = await ReadAsync($"{name}, operation {number + 1} of {operations.Count}", operation, assembly, cancellation);
                sound &= right;
                if (!complete)
                    break;
            }

            // An image of wrong parts is wrong, which says nothing new.
            var verified = sound && assembly.Judge(findings);
            findings.Images.Add(new(name, info is { HasSize: true } ? (long)info.Size : null, info is { HasHash: true } ? Convert.ToHexStringLower(info.Hash.Span) : null, Count(operations), verified));
            if (!complete)
                return false;
        }

        return true;
    }

    private async Task<(bool Right, bool Complete)> ReadAsync(string title, Operation operation, ImageAssembly assembly, CancellationToken cancellation)
    {
        var (at, length, room) = (cursor.Position, operation.DataLength, assembly.Begin(operation));
        if (length > 0 && operation.DataOffset != Offset)
        {
            findings.Add(PayloadProblemKind.OperationSize, $"{title}: its data is at {operation.DataOffset} of the blobs, expected {Offset}, where the one before it ends");
            return (false, false);
        }

        var right = !(operation.Type == OperationType.Replace && (length > room || room - length >= contents.BlockBytes));
        if (!right)
            findings.Add(PayloadProblemKind.OperationSize, $"{title}: it writes {length} bytes to blocks of {room} bytes");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var complete = await cursor.PassAsync(length, signed: true, piece =>
        {
            hash.AppendData(piece.Span);
            assembly.Append(piece.Span);
        }, cancellation);
        Offset += length;
        if (!complete)
        {
            findings.Add(PayloadProblemKind.Truncated, $"{title}: its data has {length} bytes from byte {at} of the file on, which ends at byte {cursor.Position}");
            return (false, false);
        }

        // Data of a wrong length cannot have the right hash, which says nothing new.
        if (!right)
            return (false, true);
        assembly.End(cancellation);
        return (HasItsHash(title, operation, at, hash.GetHashAndReset()), true);
    }

    private bool HasItsHash(string title, Operation operation, long at, byte[] digest)
    {
        if (operation.DataLength == 0)
            return true;
        if (operation.DataSha256Hash.Length != digest.Length)
            findings.Add(PayloadProblemKind.MissingOperationHash, $"{title}: it has no SHA-256 of its data");
        else if (!digest.AsSpan().SequenceEqual(operation.DataSha256Hash.Span))
            findings.Add(PayloadProblemKind.OperationHash, $"{title}: bytes {at} to {at + (long)operation.DataLength - 1} of the file have SHA-256 {Convert.ToHexStringLower(digest)}, expected {Convert.ToHexStringLower(operation.DataSha256Hash.Span)}");
        else
            return true;
        return false;
    }

    private static SortedDictionary<string, int> Count(IReadOnlyList<Operation> operations) =>
        new(operations.CountBy(operation => OperationType.NameOf(operation.Type)).ToDictionary(), StringComparer.Ordinal);
}
