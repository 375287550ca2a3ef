using Kola.Machines.Files;

namespace Kola.Machines.Images.Downloads;

/// <summary>A checksum file as publishers write it: lines of <c>sha256sum</c> (<c>HEX  NAME</c>) or of BSD (<c>SHA256 (NAME) = HEX</c>).</summary>
internal static class ChecksumFile
{
    /// <summary>The strongest digest of the file <paramref name="name"/>, or <see langword="null"/>. Its length tells the algorithm; weaker ones than SHA-256 are passed over.</summary>
    public static FileDigest? Find(string text, string name) =>
        text.Split('\n').Select(line => Parse(line.Trim(), name)).OfType<FileDigest>().MaxBy(digest => digest.Hex.Length);

    private static FileDigest? Parse(string line, string name)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        // sha256sum marks binary mode by a star before the name.
        var hex = words is [var first, var file] && Path.GetFileName(file.TrimStart('*')) == name ? first
            : words is [_, var bsd, "=", var last] && bsd == $"({name})" ? last
            : "";
        return FileDigest.Parse("sha256", hex) ?? FileDigest.Parse("sha512", hex);
    }
}
