namespace Kola.Machines.Snapshots;

/// <summary>A saved state in the making: a folder that nobody takes for a state.</summary>
/// <param name="Folder">Absolute path; exists.</param>
public sealed record SavedStaging(string Folder)
{
    /// <summary>Where to save a machine.</summary>
    public SavedMachine Machine(string name) => new(Directory.CreateDirectory(Path.Combine(Folder, name)).FullName);
}
