namespace Kola.Machines.Guests;

/// <summary>What makes a clone a machine of its own.</summary>
/// <param name="Now">What its clock is set to where it is behind: it stood since the machine was saved.</param>
/// <param name="Entropy">Random text for the kernel's pool, beside the new VM generation id.</param>
/// <param name="MachineId">Its new machine id, 32 hex digits (machine-id(5)); <see langword="null"/> keeps id and host keys: a fork is the same machine in another future.</param>
public sealed record GuestSeed(DateTimeOffset Now, string Entropy, string? MachineId);

/// <summary>Who the guest is.</summary>
/// <param name="HostKeys">Public SSH host keys, as in <c>ssh_host_*_key.pub</c>.</param>
public sealed record GuestIdentity(string MachineId, IReadOnlyList<string> HostKeys);
