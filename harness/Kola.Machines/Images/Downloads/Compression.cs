namespace Kola.Machines.Images.Downloads;

/// <summary>A compression that images are published in, told by the file's first bytes: names lie.</summary>
/// <param name="Tool">The program that decompresses.</param>
/// <param name="Package">The package that has it, on Debian, Ubuntu, Fedora and Arch.</param>
internal sealed record Compression(string Tool, string Package)
{
    public static Compression Gzip { get; } = new("gzip", "gzip");
    public static Compression Xz { get; } = new("xz", "xz-utils (Debian, Ubuntu), xz (Fedora, Arch)");
    public static Compression Zstd { get; } = new("zstd", "zstd");
    public static Compression Bzip2 { get; } = new("bzip2", "bzip2");

    /// <summary>How the file that starts so is compressed; <see langword="null"/> when it is not.</summary>
    public static Compression? Of(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Gzip
        : head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? Xz
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? Zstd
        : head.Length >= 4 && head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9' ? Bzip2
        : null;
}
