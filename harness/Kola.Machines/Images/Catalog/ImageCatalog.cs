using Kola.Yaml;
using Kola.Yaml.Files;

namespace Kola.Machines.Images.Catalog;

/// <summary>The images that have names: <c>images/catalog.yaml</c>.</summary>
public sealed record ImageCatalog
{
    /// <summary>Name of the checked-in schema, in the folder of the catalog.</summary>
    public const string SchemaFileName = "catalog.schema.json";

    /// <summary>The name of an image.</summary>
    public const string NamePattern = "^[A-Za-z0-9.-]+$";

    /// <summary>The file it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>In the file's order; names are unique.</summary>
    public required IReadOnlyList<CatalogEntry> Entries { get; init; }

    /// <summary>Which images play which role when nobody says otherwise: references by <c>previous</c>, <c>candidate</c>, <c>next</c> (one each) and <c>oldest</c>. A role that the file leaves out is not in it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Roles { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The schema as the text of <see cref="SchemaFileName"/>.</summary>
    public static string Schema() => YamlSchema.Text(typeof(CatalogDocument), "Kola image catalog", "kola schema catalog");

    /// <summary>Reads and checks a catalog.</summary>
    /// <exception cref="InputException">The file is missing or wrong: one line <c>path:line:column: …</c> per problem.</exception>
    public static ImageCatalog Load(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path}: the image catalog does not exist; run kola from a checkout, or set KOLA_CHECKOUT to its folder");
        List<YamlProblem> problems = [];
        return TryLoad(path, problems) ?? throw new InputException(string.Join('\n', problems));
    }

    /// <summary>As <see cref="Load"/>, but adds problems to a collection.</summary>
    /// <returns><see langword="null"/> exactly when a problem was added.</returns>
    public static ImageCatalog? TryLoad(string path, ICollection<YamlProblem> problems) =>
        YamlDocument.Read<CatalogDocument>(path, "an image catalog", problems) is { } document
            ? new()
            {
                Path = path,
                Entries = [.. document.Content.Images.Select(image => CatalogEntry.From(image.Key, image.Value, Folder(path)))],
                Roles = (document.Content.Roles ?? new()).ByName(),
            }
            : null;

    /// <summary>The entry of that name, or <see langword="null"/>.</summary>
    public CatalogEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The absolute path of a file that the catalog names.</summary>
    public string PathOf(string file) => System.IO.Path.GetFullPath(file, Folder(Path));

    private static string Folder(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
}
