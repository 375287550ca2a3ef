using System.Security.Cryptography;
using System.Text;
using Kola.Machines.Files;

namespace Kola.Machines.Images.Building;

/// <summary>The digest of what a recipe is made of: paths, modes, link targets and contents. What is written for people (*.md) does not count.</summary>
internal static class RecipeDigest
{
    /// <summary>Lower-case hex SHA-256 over the trees, in their order.</summary>
    public static async Task<string> OfAsync(IReadOnlyList<string> folders, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var folder in folders)
        {
            hash.AppendData("tree\0"u8);
            foreach (var file in Files(new DirectoryInfo(folder)).OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                var content = file.LinkTarget ?? await FileDigest.Sha256OfAsync(file.FullName, cancellation);
                hash.AppendData(Encoding.UTF8.GetBytes(
                    $"{Path.GetRelativePath(folder, file.FullName)}\0{(file.LinkTarget is null ? file.UnixFileMode : 0)}\0{content}\0"));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A link to a folder is a link, not the folder's files.</summary>
    private static IEnumerable<FileSystemInfo> Files(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().SelectMany(entry => entry switch
        {
            DirectoryInfo { LinkTarget: null } directory => Files(directory),
            { Extension: ".md" } => [],
            _ => [entry],
        });
}
