using Kola.Machines.Files;
using Kola.Machines.Images.Downloads;

namespace Kola.Machines.Images.Releases;

/// <summary>What projects publish beside the files of a release, as CoreOS Container Linux and Flatcar do: <c>FILE.DIGESTS</c> with checksums of several kinds, and <c>version.txt</c>.</summary>
internal static class PublishedFiles
{
    private const string VersionFile = "version.txt";

    /// <summary>Compares a file with the strongest checksum of its <c>.DIGESTS</c>. Without one there is nothing to compare.</summary>
    /// <exception cref="InputException">It is another file, or is not among the checksums.</exception>
    public static async Task CheckAsync(string file, CancellationToken cancellation)
    {
        var digests = $"{file}.DIGESTS";
        if (!File.Exists(digests))
            return;
        var published = ChecksumFile.Find(await File.ReadAllTextAsync(digests, cancellation), Path.GetFileName(file))
            ?? throw new InputException($"{digests} has no SHA-256 or SHA-512 of {Path.GetFileName(file)}; get the published file again, or move it away");
        var actual = await FileDigest.OfAsync(published.Algorithm, file, cancellation);
        if (actual != published)
            throw new InputException($"{file} is not the published file: its {published.Algorithm} is {actual.Hex}, {digests} says {published.Hex}; download it again");
    }

    /// <summary>The version that <c>version.txt</c> beside the files says (<c>FLATCAR_VERSION=</c>, <c>COREOS_VERSION=</c>); <see langword="null"/>: there is none.</summary>
    public static string? VersionBeside(IEnumerable<string> files) => files
        .Select(file => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, VersionFile)).Where(File.Exists)
        .SelectMany(File.ReadLines)
        .Select(line => line.Split('=', 2)).FirstOrDefault(pair => pair is ["FLATCAR_VERSION" or "COREOS_VERSION", { Length: > 0 }])?[1].Trim('"', ' ');
}
