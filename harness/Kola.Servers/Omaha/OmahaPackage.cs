using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kola.Servers.Omaha;

/// <summary>A file of an update, as an answer describes it.</summary>
/// <param name="Name">Appended to the offer's codebase.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Sha1">Base64, as Nebraska lists it; <see langword="null"/>: not listed.</param>
public sealed record OmahaPackage(string Name, long Size, string Sha256, string? Sha1 = null)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>The package that a file is, under the file's name.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    [SuppressMessage("Security", "CA5350", Justification = "The protocol lists SHA-1 as a checksum; nothing is trusted by it.")]
    public static async Task<OmahaPackage> OfFileAsync(string path, CancellationToken cancellation)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        await using var file = File.OpenRead(path);
        using var buffer = MemoryPool<byte>.Shared.Rent(BufferBytes);
        long size = 0;
        while (await file.ReadAsync(buffer.Memory, cancellation) is > 0 and var read)
        {
            sha256.AppendData(buffer.Memory.Span[..read]);
            sha1.AppendData(buffer.Memory.Span[..read]);
            size += read;
        }

        return new(Path.GetFileName(path), size, Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToBase64String(sha1.GetHashAndReset()));
    }
}
