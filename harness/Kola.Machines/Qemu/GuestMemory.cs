namespace Kola.Machines.Qemu;

/// <summary>The file that is a guest's memory.</summary>
/// <param name="Shared">Whether what the guest writes goes to the file; otherwise it is the process's own and the file stays as it is.</param>
internal sealed record GuestMemory(string Path, bool Shared);
