using System.Text.RegularExpressions;
using Kola.Machines.Host;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <content>How it is updated.</content>
/// <remarks>
/// RAUC 1.13 does not look for updates; every image has a program of its own for that. It is expected as <c>rauc-os-update</c>, reads
/// <c>URL=</c> from <c>/etc/rauc-os/source</c> and ends with what <c>rauc install</c> ends with, or 0 when there is nothing to do.
/// </remarks>
public sealed partial class RaucGuest : IUpdatingGuest
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<RefusalReason, Regex> Refusals => RaucWords.Refusals;

    /// <inheritdoc/>
    public IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts => RaucWords.Artifacts;

    /// <inheritdoc/>
    public bool WritesInPlace => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> TrustAnchors { get; } = ["/etc/rauc/*.pem", "/etc/rauc/*.crt", "/etc/rauc/certs/*"];

    /// <inheritdoc/>
    public IReadOnlyList<TriesProof> TriesProofs { get; } = [TriesProof.BootCounter];

    /// <inheritdoc/>
    public Task PointAsync(SshSession ssh, Uri source, CancellationToken cancellationToken) => ssh.AskAsync(
        "where updates come from",
        ssh.AsRoot($"mkdir -p /etc/rauc-os && echo URL={ShellQuote.Word(source.ToString())} > /etc/rauc-os/source"),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<UpdateReport> UpdateAsync(SshSession ssh, TimeSpan bound, CancellationToken cancellationToken)
    {
        var result = await ssh.RunAsync(ssh.AsRoot("rauc-os-update 2>&1"), bound, cancellationToken);
        return new(result.ExitCode, $"{result.Stdout}{result.Stderr}".Trim());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstalledRelease>> InstalledAsync(SshSession ssh, CancellationToken cancellationToken) => Installed(await SlotsAsync(ssh, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TryCount>> TriesAsync(SshSession ssh, CancellationToken cancellationToken) => Tries(await SlotsAsync(ssh, cancellationToken));

    /// <summary>grubenv's list, then name, UUID and os-release of each slot.</summary>
    private static Task<string> SlotsAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        // A slot that does not run is not mounted; debugfs reads a file of it without that.
        const string command = $$"""
            set -e
            {{Environment}}
            {{Slots}} | while read -r name device; do
              echo {{Rule}}
              echo "$name"
              blkid -s UUID -o value "$device" || echo
              debugfs -R 'cat /usr/lib/os-release' "$device" 2>/dev/null || true
            done
            """;
        return ssh.AskAsync("what is installed", ssh.AsRoot(command), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RollBackAsync(SshSession ssh, string release, CancellationToken cancellationToken)
    {
        var slot = (await InstalledAsync(ssh, cancellationToken)).FirstOrDefault(slot => slot.Version == release)?.Slot
            ?? throw new GuestException($"{ssh.Name}: release {release} is not installed, so there is nothing to roll back to; update to another release first");
        var running = (await ReleaseAsync(ssh, cancellationToken)).Slot;
        await ssh.AskAsync("the boot loader to take another release", ssh.AsRoot($"rauc status mark-active {(slot == running ? "booted" : "other")}"), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SabotageAsync(SshSession ssh, Sabotage sabotage, CancellationToken cancellationToken) =>
        ssh.AskAsync("the sabotage of a release", ssh.AsRoot(SystemdSabotage.Command(sabotage)), cancellationToken);

    /// <summary>The slots by name. One without a file system, or whose os-release names no version, is empty.</summary>
    internal static IReadOnlyList<InstalledRelease> Installed(string answer)
    {
        var parts = answer.Split(Rule);
        var environment = GrubEnvironment.OfList(parts[0]);
        return [.. parts.Skip(1).Select(part => part.TrimStart('\n').Split('\n')).Select(lines =>
        {
            var version = OsRelease.Parse(string.Join('\n', lines.Skip(2))).GetValueOrDefault("IMAGE_VERSION");
            return new InstalledRelease(lines[0].Trim(), version, lines[1].Trim(), version is not null && environment.IsOk(lines[0].Trim()) ? lines[0].Trim() : null);
        }).OrderBy(slot => slot.Slot, StringComparer.Ordinal)];
    }

    /// <summary>By the count of the slot that holds the release. GRUB counts up; how far it goes is <see cref="MostTries"/>.</summary>
    internal static IReadOnlyDictionary<string, TryCount> Tries(string answer)
    {
        var environment = GrubEnvironment.OfList(answer.Split(Rule)[0]);
        return Installed(answer)
            .Where(slot => slot.Version is not null && environment.Tries(slot.Slot) > 0)
            .GroupBy(slot => slot.Version!)
            .ToDictionary(slots => slots.Key, slots => Count(slots.Max(slot => environment.Tries(slot.Slot)!.Value)));

        static TryCount Count(int done) => new(Math.Max(0, MostTries - done), done);
    }
}
