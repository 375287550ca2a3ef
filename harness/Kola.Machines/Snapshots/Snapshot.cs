namespace Kola.Machines.Snapshots;

/// <summary>
/// Machines as they were at one moment: memory, devices, disks, firmware variables. Its files have been checked, and machines can go on from it while its
/// lease is held. People know two kinds: a <i>template</i>, made by Kola from a boot, and a <i>checkpoint</i>, made by a scenario.
/// </summary>
/// <param name="Folder">Absolute path.</param>
public sealed record Snapshot(string Folder, SnapshotManifest Manifest)
{
    public string Key => Manifest.Key;

    /// <summary>One of the manifest's machines.</summary>
    public MachineSnapshot Machine(string name) => new(Path.Combine(Folder, name));
}
