using Kola.Machines.Images.Catalog;
using Kola.Yaml;

namespace Kola.Machines.Images.Releases;

/// <summary>A release that somebody named: of which image, in which version.</summary>
/// <param name="Reference">As <see cref="ImageStore.ResolveAsync"/> takes it: <c>NAME:RELEASE</c>, or the absolute path of the release's folder.</param>
public sealed record NamedRelease(string Image, string Version, string Reference)
{
    /// <summary>The release's folder; <see langword="null"/>: it was named by its image and version.</summary>
    public string? Folder => Reference.Contains('/', StringComparison.Ordinal) ? Reference : null;

    /// <summary>Reads what was written. Whether the image can be had is not asked.</summary>
    /// <param name="reference">A release's folder, <c>NAME:RELEASE</c>, or the name of an image that has one fixed release.</param>
    /// <exception cref="InputException">It names no release, or one of an image that the catalog does not have.</exception>
    public static NamedRelease Of(string reference, ImageCatalog catalog)
    {
        if (reference.Contains('/', StringComparison.Ordinal) || Directory.Exists(reference))
            return OfFolder(Path.GetFullPath(reference), catalog);
        var (name, version) = reference.Split(':', 2) is [var first, var second] ? (first, second) : (reference, null);
        var entry = catalog.Find(name)
            ?? throw new InputException($"no image is named '{name}' in {catalog.Path}; expected NAME:RELEASE with one of {string.Join(", ", catalog.Entries.Select(image => image.Name))}, or a release's folder{Spelling.Hint(name, catalog.Entries.Select(image => image.Name))}");
        return (version ?? entry.Release) is { Length: > 0 } known
            ? new(name, known, reference)
            : throw new InputException($"'{reference}' does not say which release; expected {name}:RELEASE, or a release's folder");
    }

    private static NamedRelease OfFolder(string folder, ImageCatalog catalog)
    {
        if (File.Exists(folder))
            throw new InputException($"{folder} is a file; expected a release's folder, which 'kola release import' makes of a disk image and its update files");
        try
        {
            var manifest = ReleaseManifest.Read(folder);
            if (ReleaseLimits.Of(manifest) is [var limit, ..])
                throw new InputException($"{folder}: {limit}");
            return catalog.Find(manifest.Image) is null ? throw Unknown(manifest.Image, folder, catalog) : new(manifest.Image, manifest.Version, folder);
        }
        catch (HostException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    private static InputException Unknown(string name, string what, ImageCatalog catalog) =>
        new($"{what} is a release of '{name}', which {catalog.Path} does not name; expected one of {string.Join(", ", catalog.Entries.Select(entry => entry.Name))}, or add an entry for it");
}
