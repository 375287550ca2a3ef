using Kola.Machines.Images.Catalog;
using Kola.Machines.Journal;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>
/// Asks the guests of one family of operating systems about themselves. An adapter returns what the guest says and decides nothing; README.md
/// beside this file explains how to write one.
/// </summary>
/// <remarks>
/// Every method throws a <see cref="GuestException"/> when the guest's answer cannot be understood, and what
/// <see cref="SshSession.RunAsync"/> throws.
/// </remarks>
public interface IGuestAdapter
{
    /// <summary>As image catalogs name it (<c>adapter:</c>).</summary>
    string Name { get; }

    /// <summary>System credentials (systemd.system-credentials(7)) that make the guest stream its journal to <see cref="MachineJournal.PortName"/>; empty where it has no journal.</summary>
    IReadOnlyDictionary<string, string> JournalCredentials { get; }

    /// <summary>Full names of the units that the whole family has, by what they are for. An image's own stand in the image catalog.</summary>
    IReadOnlyDictionary<UnitRole, string> Units { get; }

    /// <summary>Whether an entry of the journal says that the guest's SSH server listens, so that no connection is tried before.</summary>
    bool SaysSshListens(JournalEntry entry);

    /// <summary>Whether an entry of the journal says that this boot is complete: all that its makers ask of a good one holds.</summary>
    bool SaysBootComplete(JournalEntry entry);

    /// <summary>Whether a line of a failed unit's journal says that the unit was too slow, by the guest's own clock.</summary>
    bool SaysTimedOut(string line);

    /// <summary>Waits in the guest until its start has settled, and returns how it ended. The token bounds it.</summary>
    Task<GuestHealth> HealthAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>An id of the running boot, another one after each reboot.</summary>
    Task<string> BootIdAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>What runs now, and from where.</summary>
    Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>How the boot loader counts the running release; <see langword="null"/> where this OS does not count.</summary>
    Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>The state of units, by the names that were asked for.</summary>
    Task<IReadOnlyDictionary<string, GuestUnit>> UnitsAsync(SshSession ssh, IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>The last lines that a unit wrote in this boot.</summary>
    Task<IReadOnlyList<string>> JournalAsync(SshSession ssh, string unit, int lines, CancellationToken cancellationToken);

    /// <summary>The kernel's command line of the running boot.</summary>
    Task<string> CommandLineAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>The id of the installation, the same after each reboot.</summary>
    Task<string> MachineIdAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>Gives a clone an identity of its own; returns the new identity.</summary>
    Task<GuestIdentity> ReseedAsync(SshSession ssh, GuestSeed seed, CancellationToken cancellationToken);

    /// <summary>What an update leaves as it was: identity, configuration, journal, clock. <see cref="InvariantChanges"/> compares two of them.</summary>
    /// <param name="canaries">Absolute paths of files whose owner, mode and attributes are watched besides.</param>
    Task<GuestInvariants> InvariantsAsync(SshSession ssh, IReadOnlyCollection<string> canaries, CancellationToken cancellationToken);

    /// <summary>What the guest is still starting, for people; empty when nothing.</summary>
    Task<IReadOnlyList<string>> PendingAsync(SshSession ssh, CancellationToken cancellationToken);

    /// <summary>Requests an orderly reboot. Returns when the guest has accepted; the connection may be lost meanwhile.</summary>
    Task RequestRebootAsync(SshSession ssh, CancellationToken cancellationToken);
}
