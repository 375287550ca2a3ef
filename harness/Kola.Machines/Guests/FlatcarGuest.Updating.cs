using System.Text.RegularExpressions;
using Kola.Machines.Host;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <content>How it is updated.</content>
public sealed partial class FlatcarGuest : IUpdatingGuest
{
    private const string Configuration = "/etc/flatcar/update.conf";

    /// <inheritdoc/>
    public IReadOnlyDictionary<RefusalReason, Regex> Refusals => FlatcarWords.Refusals;

    /// <inheritdoc/>
    public IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts => FlatcarWords.Artifacts;

    /// <inheritdoc/>
    public IReadOnlyList<string> TrustAnchors { get; } = ["/usr/share/update_engine/*.pem"];

    /// <inheritdoc/>
    public IReadOnlyList<TriesProof> TriesProofs { get; } = [TriesProof.BootCounter];

    /// <inheritdoc/>
    public UpdateProtocol Protocol => UpdateProtocol.Omaha;

    /// <inheritdoc/>
    /// <remarks>The running slot is copied into the other one before the payload is fetched.</remarks>
    public bool WritesInPlace => true;

    /// <inheritdoc/>
    /// <remarks>The group stays the machine's own. It must not reboot by itself into what a test has installed, so locksmith is switched off.</remarks>
    public Task PointAsync(SshSession ssh, Uri source, CancellationToken cancellationToken) => ssh.AskAsync(
        "where updates come from",
        ssh.AsRoot($$"""
            set -e
            f={{Configuration}}
            mkdir -p "${f%/*}"
            { grep -v -e '^SERVER=' -e '^REBOOT_STRATEGY=' "$f" 2>/dev/null || true; printf 'SERVER=%s\nREBOOT_STRATEGY=off\n' {{ShellQuote.Word(new Uri(source, "v1/update/").ToString())}}; } > "$f.new"
            grep -q '^GROUP=' "$f.new" || sed -n 's/^GROUP=/&/p' /usr/share/flatcar/update.conf >> "$f.new"
            mv "$f.new" "$f"
            systemctl mask --quiet --now locksmithd.service
            """),
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The client says how it ended and not why; the daemon's journal of the meantime has the error's code.</remarks>
    public async Task<UpdateReport> UpdateAsync(SshSession ssh, TimeSpan bound, CancellationToken cancellationToken)
    {
        const string command = $"""
            c=$(journalctl --unit=update-engine --lines=0 --show-cursor --quiet | sed -n 's/^-- cursor: //p')
            update_engine_client -update 2>&1; code=$?
            echo {Rule}
            journalctl --unit=update-engine --output=cat --quiet ${"{"}c:+--after-cursor="$c"{"}"}
            exit $code
            """;
        var result = await ssh.RunAsync(ssh.AsRoot(command), bound, cancellationToken);
        return Report(result.ExitCode, $"{result.Stdout}{result.Stderr}");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstalledRelease>> InstalledAsync(SshSession ssh, CancellationToken cancellationToken) => Installed(await SlotsAsync(ssh, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TryCount>> TriesAsync(SshSession ssh, CancellationToken cancellationToken) => Tries(await SlotsAsync(ssh, cancellationToken));

    /// <inheritdoc/>
    public async Task RollBackAsync(SshSession ssh, string release, CancellationToken cancellationToken)
    {
        var slot = (await InstalledAsync(ssh, cancellationToken)).FirstOrDefault(slot => slot.Version == release)?.Slot
            ?? throw new GuestException($"{ssh.Name}: release {release} is not installed, so there is nothing to roll back to; update to another release first");
        await ssh.AskAsync("the boot loader to take another release", ssh.AsRoot($"cgpt prioritize \"$(readlink -f /dev/disk/by-partlabel/USR-{slot})\""), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SabotageAsync(SshSession ssh, Sabotage sabotage, CancellationToken cancellationToken) =>
        ssh.AskAsync("the sabotage of a release", ssh.AsRoot(SystemdSabotage.Command(sabotage)), cancellationToken);

    /// <summary>The partition table, then for each slot its kernel's digest and its os-release.</summary>
    private static Task<string> SlotsAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        // The running slot is under dm-verity and cannot be mounted once more; it is /usr.
        const string command = $$"""
            set -e
            {{Table}}
            for slot in A B; do
              echo {{Rule}}
              device=/dev/disk/by-partlabel/USR-$slot
              cat /boot/flatcar/vmlinuz-$(echo $slot | tr AB ab) 2>/dev/null | sha256sum | cut -c1-32
              if grep -qiF "PARTUUID=$(lsblk -dno PARTUUID "$device")" /proc/cmdline; then
                cat /usr/lib/os-release
              else
                mkdir -p /run/kola-slot
                if mount -o ro "$device" /run/kola-slot 2>/dev/null; then
                  cat /run/kola-slot/lib/os-release 2>/dev/null || true
                  umount /run/kola-slot
                fi
              fi
            done
            """;
        return ssh.AskAsync("what is installed", ssh.AsRoot(command), cancellationToken);
    }

    /// <summary>What the client printed, then the daemon's journal. With nothing to install the client ends as after a failure.</summary>
    internal static UpdateReport Report(int exitCode, string output)
    {
        var status = UpdateEngineStatus.Last(output);
        var failed = FlatcarWords.ErrorCode.IsMatch(output);
        var nothing = !failed && output.Contains(FlatcarWords.NoUpdate, StringComparison.Ordinal);
        return new(status is { NeedsReboot: true } && exitCode == 0 || nothing ? 0 : Math.Max(1, exitCode), output.Replace($"{Rule}\n", "", StringComparison.Ordinal).Trim());
    }

    /// <summary>The slots. One that cannot be mounted, or whose os-release names no version, is empty.</summary>
    internal static IReadOnlyList<InstalledRelease> Installed(string answer) =>
        [.. Slots(answer).Select(slot => new InstalledRelease(FlatcarLayout.SlotOf(slot.Partition)!, slot.Version, slot.Kernel, slot.Version is not null && GptPriority.Of(slot.Partition).IsBootable ? slot.Partition.Label : null))];

    /// <summary>By the attributes of the slot that holds the release.</summary>
    internal static IReadOnlyDictionary<string, TryCount> Tries(string answer) => Slots(answer)
        .Where(slot => slot.Version is not null && GptPriority.Of(slot.Partition).Trial is not null)
        .ToDictionary(slot => slot.Version!, slot => GptPriority.Of(slot.Partition).Trial!);

    private static IEnumerable<(Partition Partition, string? Version, string Kernel)> Slots(string answer)
    {
        var parts = answer.Split(Rule);
        var slots = FlatcarLayout.Slots(PartitionTableReader.Parse(parts[0], ""));
        foreach (var (partition, part) in slots.Zip(parts.Skip(1)))
        {
            var lines = part.TrimStart('\n').Split('\n', 2);
            yield return (partition, OsRelease.Parse(lines[1]).GetValueOrDefault("VERSION_ID"), lines[0].Trim());
        }
    }
}
