namespace Kola.Machines.Images.Catalog;

/// <summary>The images that have names: <c>images/catalog.yaml</c>.</summary>
public sealed record ImageCatalog
{
    /// <summary>The file it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>In the file's order; names are unique.</summary>
    public required IReadOnlyList<CatalogEntry> Entries { get; init; }

    /// <summary>Reads and checks a catalog.</summary>
    /// <exception cref="InputException">The file is missing or wrong: one line <c>path:line:column: …</c> per mistake.</exception>
    public static ImageCatalog Load(string path)
    {
        try
        {
            return CatalogParser.Parse(path, File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the image catalog cannot be read ({failure.Message}); run kola from a checkout, or name one with --catalog", failure);
        }
    }

    /// <summary>The entry of that name, or <see langword="null"/>.</summary>
    public CatalogEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);
}
