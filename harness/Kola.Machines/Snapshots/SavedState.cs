namespace Kola.Machines.Snapshots;

/// <summary>A saved state that has been checked: machines can go on from it while its lease is held.</summary>
/// <param name="Folder">Absolute path.</param>
public sealed record SavedState(string Folder, SavedManifest Manifest)
{
    public string Key => Manifest.Key;

    /// <summary>One of the manifest's machines.</summary>
    public SavedMachine Machine(string name) => new(Path.Combine(Folder, name));
}
