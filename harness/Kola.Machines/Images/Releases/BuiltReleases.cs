namespace Kola.Machines.Images.Releases;

/// <summary>The whole releases of one recipe: <c>STATE/releases/RECIPE/RELEASE/</c>.</summary>
/// <param name="folder">The recipe's folder of releases; it need not exist.</param>
internal sealed class BuiltReleases(string folder)
{
    public string FolderOf(string release) => Path.Combine(folder, release);

    /// <summary>The releases' versions, oldest first. A build in progress has a name that starts with a dot and is none.</summary>
    public IReadOnlyList<string> Versions() =>
        !Directory.Exists(folder)
            ? []
            : [.. Directory.EnumerateDirectories(folder)
                .Select(path => Path.GetFileName(path)!)
                .Where(name => !name.StartsWith('.') && File.Exists(Path.Combine(folder, name, ReleaseManifest.FileName)))
                .Order(VersionOrder.Instance)];
}
