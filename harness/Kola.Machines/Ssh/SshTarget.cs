using System.Net;
using Kola.Machines.Journal;

namespace Kola.Machines.Ssh;

/// <summary>Where a machine's SSH server is reached, and what the host can see of the way there.</summary>
public sealed record SshTarget
{
    /// <summary>The machine's name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Asks for the address anew: it changes with every power-on.</summary>
    public required Func<CancellationToken, Task<IPEndPoint>> EndPointAsync { get; init; }

    /// <summary>
    /// Completes when the guest has said that its SSH server listens, or at once where it says nothing of itself; <see langword="null"/>: it cannot.
    /// </summary>
    public Func<CancellationToken, Task>? AnnouncedAsync { get; init; }

    /// <summary>How the guest's side of the connection stands; <see langword="null"/> where there is no user network in between.</summary>
    public IGuestLink? Link { get; init; }

    /// <summary>A machine's SSH server, over QEMU's user network.</summary>
    /// <param name="saysSshListens">Whether an entry of the guest's journal says so.</param>
    public static SshTarget Of(Machine machine, Func<JournalEntry, bool>? saysSshListens = null) => new()
    {
        Name = machine.Spec.Name,
        EndPointAsync = machine.SshEndpointAsync,
        Link = new UserNetworkLink(machine),
        AnnouncedAsync = machine.Journal is { } journal && saysSshListens is not null
            ? token => journal.Streams ? journal.WaitForAsync(saysSshListens, token) : Task.CompletedTask
            : null,
    };
}

/// <summary>
/// The guest's side of a connection that QEMU's user network accepts on its behalf. Seen from the host, never by a packet to the
/// guest: a connection that comes too early is what makes a guest slow (see README.md).
/// </summary>
public interface IGuestLink
{
    /// <summary>
    /// The guest was reset or lost its power: its connections are gone, though QEMU keeps them open until the next system denies
    /// them, which takes tens of seconds.
    /// </summary>
    event Action? Broken;

    /// <summary>Whether the guest has brought its network interface up.</summary>
    Task<bool> IsUpAsync(CancellationToken cancellationToken);

    /// <summary>Whether the guest itself has accepted a connection to its SSH port that is still open.</summary>
    Task<bool> HasAcceptedAsync(CancellationToken cancellationToken);
}
