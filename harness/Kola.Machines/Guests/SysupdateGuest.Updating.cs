using System.Text.Json;
using System.Text.RegularExpressions;
using Kola.Machines.Host;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <content>How it is updated.</content>
public sealed partial class SysupdateGuest : IUpdatingGuest
{
    /// <summary>systemd-sysupdate is no command for people in every release, so it may not be in PATH.</summary>
    private const string Tool = "$(command -v systemd-sysupdate || echo /usr/lib/systemd/systemd-sysupdate)";

    /// <summary>Partition types of /usr on x86-64 and arm64 (Discoverable Partitions Specification).</summary>
    private static readonly Guid[] UsrTypes = [SysupdateLayout.UsrType, new("b0e01050-ee5f-4390-949a-9101b17104e9")];

    /// <inheritdoc/>
    public IReadOnlyDictionary<RefusalReason, Regex> Refusals => SysupdateWords.Refusals;

    /// <inheritdoc/>
    public IReadOnlyDictionary<ArtifactRole, ArtifactName> Artifacts => SysupdateWords.Artifacts;

    /// <inheritdoc/>
    public IReadOnlyList<string> TrustAnchors { get; } = ["/usr/lib/systemd/import-pubring.*", "/etc/systemd/import-pubring.*"];

    /// <inheritdoc/>
    public IReadOnlyList<TriesProof> TriesProofs { get; } = [TriesProof.BootCounter];

    /// <inheritdoc/>
    /// <remarks>A drop-in for each transfer (sysupdate.d(5)), so that everything but the source stays the release's own.</remarks>
    public Task PointAsync(SshSession ssh, Uri source, CancellationToken cancellationToken) => ssh.AskAsync(
        "where updates come from",
        ssh.AsRoot($$"""
            set -e
            for f in /usr/lib/sysupdate.d/*.transfer /etc/sysupdate.d/*.transfer; do
              [ -f "$f" ] || continue
              d=/etc/sysupdate.d/${f##*/}.d
              mkdir -p "$d"
              printf '[Source]\nPath=%s\n' {{ShellQuote.Word(source.ToString())}} > "$d/90-source.conf"
            done
            [ -e "$d/90-source.conf" ]
            """),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<UpdateReport> UpdateAsync(SshSession ssh, TimeSpan bound, CancellationToken cancellationToken)
    {
        // A release that was rolled back to by hand stays the boot loader's choice until it is told otherwise.
        var result = await ssh.RunAsync(ssh.AsRoot($"{Unpin}; {Tool} update 2>&1"), bound, cancellationToken);
        return new(result.ExitCode, $"{result.Stdout}{result.Stderr}".Trim());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstalledRelease>> InstalledAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        // The kernel's own view of labels is stale after an update: sfdisk reads the table anew.
        const string command = $$"""
            set -e
            p=$(lsblk -Pno PKNAME,PARTTYPE | sed -n 's/^PKNAME="\([^"]*\)" PARTTYPE="c12a7328-f81f-11d2-ba4b-00a0c93ec93b"$/\1/p' | head -n 1)
            sfdisk --json "/dev/$p"
            echo {{Rule}}
            ls "$(bootctl --print-boot-path)/EFI/Linux"
            """;
        var parts = (await ssh.AskAsync("what is installed", ssh.AsRoot(command), cancellationToken)).Split(Rule);
        return Installed(parts[0], GuestShell.Lines(parts[1]));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, TryCount>> TriesAsync(SshSession ssh, CancellationToken cancellationToken) =>
        Tries(GuestShell.Lines(await ssh.AskAsync("how often releases were tried", ssh.AsRoot("ls \"$(bootctl --print-boot-path)/EFI/Linux\""), cancellationToken)));

    /// <inheritdoc/>
    public async Task RollBackAsync(SshSession ssh, string release, CancellationToken cancellationToken)
    {
        var installed = await InstalledAsync(ssh, cancellationToken);
        var entry = installed.FirstOrDefault(slot => slot.Version == release)?.Entry
            ?? throw new GuestException($"{ssh.Name}: release {release} is not installed, so there is nothing to roll back to; update to another release first");
        await ssh.AskAsync("the boot loader to take another release", ssh.AsRoot($"bootctl set-default {ShellQuote.Word(Pin(entry, [.. installed.Select(slot => slot.Entry).OfType<string>()]))}"), cancellationToken);
    }

    /// <inheritdoc/>
    public Task SabotageAsync(SshSession ssh, Sabotage sabotage, CancellationToken cancellationToken) =>
        ssh.AskAsync("the sabotage of a release", ssh.AsRoot(SystemdSabotage.Command(sabotage)), cancellationToken);

    /// <summary>
    /// By what the boot loader finds an entry whatever it renames it to: systemd-boot takes glob patterns (loader.conf(5)). Until systemd 258 it knows an entry that is
    /// counted by its whole file name, counter included (systemd issue 38813), and renames it at each boot; one that is good keeps its name.
    /// </summary>
    /// <exception cref="InputException">The pattern is another entry's, too.</exception>
    internal static string Pin(string entry, IReadOnlyList<string> entries)
    {
        if (Counter.Match(entry) is not { Success: true } counter)
            return entry;
        var name = entry[..counter.Index];
        return entries.FirstOrDefault(other => other != entry && other.StartsWith(name, StringComparison.OrdinalIgnoreCase) && other[name.Length..] is ['.' or '+', ..]) is { } other
            ? throw new InputException($"the boot loader cannot be told to take {entry} alone: its counter changes, and {other} begins with the same name; wait until {entry} is marked good, or remove {other}")
            : $"{name}[.+]*";
    }

    private const string Unpin = "bootctl set-default ''";

    /// <summary>The slots, by their position on the disk. Labels and names of entries are read as <see cref="SysupdateLayout"/> reads them from outside.</summary>
    internal static IReadOnlyList<InstalledRelease> Installed(string table, IReadOnlyList<string> entries)
    {
        using var document = JsonDocument.Parse(table);
        var slots = document.RootElement.GetProperty("partitiontable").GetProperty("partitions").EnumerateArray()
            .Select(partition => (Partition: partition, Mark: Guid.TryParse(Text(partition, "type"), out var type) ? SlotMark.Of(type, Text(partition, "name"), UsrTypes) : null))
            .Where(slot => slot.Mark is not null)
            .ToList();
        return [.. slots.Select((slot, rank) =>
        {
            var (partition, mark) = slot;
            var version = mark!.Unfinished is null ? SysupdateLayout.ReleaseOf(mark.Label) : null;
            return new InstalledRelease(
                ((char)('A' + rank)).ToString(), version, Text(partition, "uuid").ToLowerInvariant(),
                version is null ? null : entries.FirstOrDefault(entry => SysupdateLayout.Named($"/{entry}")?.Release == version)) { Unfinished = mark.Unfinished };
        })];
    }

    /// <summary>By the names of the entries. Where a release has two, the one that was tried more often counts.</summary>
    internal static IReadOnlyDictionary<string, TryCount> Tries(IReadOnlyList<string> entries) => entries
        .Select(entry => SysupdateLayout.Named($"/{entry}"))
        .Where(named => named?.Tries is not null)
        .GroupBy(named => named!.Value.Release)
        .ToDictionary(named => named.Key, named => named.Select(entry => entry!.Value.Tries!).MaxBy(tries => tries.Done)!);

    private static string Text(JsonElement partition, string name) => partition.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
