using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Kola.Machines.Files;

/// <summary>The digest of a file's bytes.</summary>
/// <param name="Algorithm"><c>sha256</c> or <c>sha512</c>.</param>
/// <param name="Hex">Lower-case hex.</param>
public sealed record FileDigest(string Algorithm, string Hex)
{
    public static FileDigest Sha256(string hex) => new("sha256", hex.ToLowerInvariant());

    /// <summary>The name a cached image has: <c>sha256-…</c>.</summary>
    public string Key => $"{Algorithm}-{Hex}";

    public override string ToString() => $"{Algorithm}:{Hex}";

    /// <summary>Reads <paramref name="text"/> as hex of the algorithm's length; <see langword="null"/> when it is not.</summary>
    public static FileDigest? Parse(string algorithm, string text) =>
        text.Length == HexLength(algorithm) && text.All(char.IsAsciiHexDigit) ? new(algorithm, text.ToLowerInvariant()) : null;

    /// <summary>Number of hex digits: 64 or 128.</summary>
    public static int HexLength(string algorithm) => algorithm == "sha512" ? 128 : 64;

    /// <summary>A running hash of this digest's algorithm.</summary>
    public IncrementalHash CreateHash() =>
        IncrementalHash.CreateHash(Name(Algorithm));

    private static HashAlgorithmName Name(string algorithm) => algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    /// <summary>The SHA-256 of a text's UTF-8, lower-case hex.</summary>
    public static string Sha256OfText(string text) => Sha256OfBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>The SHA-256 of bytes, lower-case hex.</summary>
    public static string Sha256OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The SHA-256 of a file, lower-case hex.</summary>
    public static async Task<string> Sha256OfAsync(string path, CancellationToken cancellation) => (await OfAsync("sha256", path, cancellation)).Hex;

    /// <summary>The SHA-256 of what a stream has from here to its end, lower-case hex.</summary>
    public static Task<string> Sha256OfAsync(Stream content, CancellationToken cancellation) => HexAsync("sha256", content, cancellation);

    /// <summary>The digest of a file by an algorithm.</summary>
    public static async Task<FileDigest> OfAsync(string algorithm, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return new(algorithm, await HexAsync(algorithm, file, cancellation));
    }

    private static async Task<string> HexAsync(string algorithm, Stream content, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(Name(algorithm));
        // Rented: a tree of files has thousands of small ones.
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
                hash.AppendData(buffer, 0, read);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
