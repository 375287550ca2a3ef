using System.Diagnostics.CodeAnalysis;
using Kola.Machines.Journal;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>A family of operating systems on systemd. What only systemd answers is asked as of any such guest; the family's adapter adds its releases, slots and boot counting.</summary>
[SuppressMessage("Design", "CA1033", Justification = "An interface that gives the members of another one a body can only do so explicitly.")]
public interface ISystemdBased : IGuestAdapter
{
    private static readonly SystemdGuest Systemd = new();

    IReadOnlyDictionary<string, string> IGuestAdapter.JournalCredentials => Systemd.JournalCredentials;

    bool IGuestAdapter.SaysSshListens(JournalEntry entry) => Systemd.SaysSshListens(entry);

    bool IGuestAdapter.SaysBootComplete(JournalEntry entry) => Systemd.SaysBootComplete(entry);

    bool IGuestAdapter.SaysTimedOut(string line) => Systemd.SaysTimedOut(line);

    Task<GuestHealth> IGuestAdapter.HealthAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.HealthAsync(ssh, cancellationToken);

    Task<string> IGuestAdapter.BootIdAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.BootIdAsync(ssh, cancellationToken);

    Task<IReadOnlyDictionary<string, GuestUnit>> IGuestAdapter.UnitsAsync(SshSession ssh, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        Systemd.UnitsAsync(ssh, names, cancellationToken);

    Task<IReadOnlyList<string>> IGuestAdapter.JournalAsync(SshSession ssh, string unit, int lines, CancellationToken cancellationToken) =>
        Systemd.JournalAsync(ssh, unit, lines, cancellationToken);

    Task<string> IGuestAdapter.CommandLineAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.CommandLineAsync(ssh, cancellationToken);

    Task<string> IGuestAdapter.MachineIdAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.MachineIdAsync(ssh, cancellationToken);

    Task<GuestIdentity> IGuestAdapter.ReseedAsync(SshSession ssh, GuestSeed seed, CancellationToken cancellationToken) => Systemd.ReseedAsync(ssh, seed, cancellationToken);

    Task<GuestInvariants> IGuestAdapter.InvariantsAsync(SshSession ssh, IReadOnlyCollection<string> canaries, CancellationToken cancellationToken) =>
        SystemdGuest.InvariantsAsync(ssh, canaries, this is IUpdatingGuest updating ? updating.TrustAnchors : [], cancellationToken);

    Task<IReadOnlyList<string>> IGuestAdapter.PendingAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.PendingAsync(ssh, cancellationToken);

    Task IGuestAdapter.RequestRebootAsync(SshSession ssh, CancellationToken cancellationToken) => Systemd.RequestRebootAsync(ssh, cancellationToken);
}
