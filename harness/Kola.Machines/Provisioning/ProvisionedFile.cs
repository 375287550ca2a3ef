namespace Kola.Machines.Provisioning;

/// <summary>A file that Kola adds to what the user's config makes of a machine.</summary>
/// <param name="Path">Absolute path in the guest.</param>
/// <param name="Append">Whether it is added to the end of a file that may be there; else it takes its place, mode 0644, owner root.</param>
public sealed record ProvisionedFile(string Path, string Content, bool Append = false);
