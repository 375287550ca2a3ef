namespace Kola.Machines.Images.Downloads;

/// <summary>An image in the cache: <c>entry.json</c> beside the disk.</summary>
/// <param name="Url">Where it was downloaded from.</param>
/// <param name="Downloaded">Digest of the file as served, <c>ALGORITHM:HEX</c>.</param>
/// <param name="Sha256">Of the decompressed disk image, lower-case hex.</param>
/// <param name="Size">Of the disk image file in bytes.</param>
internal sealed record CachedImage(string Url, string Downloaded, string Sha256, long Size);
