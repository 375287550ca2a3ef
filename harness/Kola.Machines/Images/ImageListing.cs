using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Releases;

namespace Kola.Machines.Images;

/// <summary>One line of <c>kola image list</c>.</summary>
/// <param name="Release">The built or pinned release; <see langword="null"/> for a recipe that nothing is built of.</param>
/// <param name="Source">The recipe, path or address.</param>
/// <param name="Path">The disk image on this host; <see langword="null"/> when it is not here.</param>
/// <param name="Sha256">Of the disk image, where it is known without hashing.</param>
/// <param name="Size">Of the disk image's file in bytes.</param>
public sealed record ImageListing(string Name, string? Release, string Source, string? Path, string? Sha256, long? Size, string? Summary);

/// <summary>What <c>kola image inspect</c> prints.</summary>
public sealed record ImageInspection
{
    public required string Reference { get; init; }

    /// <summary>The recipe, path or address.</summary>
    public required string Source { get; init; }

    /// <summary>The catalog's entry; <see langword="null"/> for a path.</summary>
    public CatalogEntry? Entry { get; init; }

    /// <summary>The image; <see langword="null"/> when it is not on this host.</summary>
    public ResolvedImage? Image { get; init; }

    /// <summary>Of the disk image's file in bytes; a sparse file takes less.</summary>
    public long? FileSize { get; init; }

    /// <summary>Of a built release.</summary>
    public ReleaseManifest? Manifest { get; init; }
}
