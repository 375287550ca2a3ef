using System.Globalization;
using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;
using Kola.Machines.Sweeps;

namespace Kola.Machines.Guests;

/// <summary>
/// A systemd Linux that updates itself by systemd-sysupdate: <c>/usr</c> under dm-verity in slots on the boot disk, UKIs with boot
/// counting by systemd-boot.
/// </summary>
/// <remarks>
/// Nothing is taken from <c>systemd-sysupdate list</c>: after a fallback it calls the failed newest version current. What runs is told by
/// IMAGE_VERSION and by the usrhash the kernel was started with.
/// </remarks>
public sealed partial class SysupdateGuest : ISystemdBased, IUserSpaceGuest, IOfflineLayout, IBootForecaster
{
    private const string Rule = "=====";
    private readonly SystemdGuest systemd = new();
    private readonly SysupdateLayout layout = new();
    private readonly SysupdateForecast forecast = new();

    /// <inheritdoc/>
    public string Name => "systemd-sysupdate";

    /// <inheritdoc/>
    public IReadOnlyDictionary<UnitRole, string> Units { get; } = new Dictionary<UnitRole, string>(new SystemdGuest().Units)
    {
        [UnitRole.MarkGood] = "systemd-bless-boot.service",
        [UnitRole.Updater] = "systemd-sysupdate.service",
    };

    [GeneratedRegex(@"\+(?<left>\d+)(?:-\d+)?(?:\.efi|\.conf)\z")]
    private static partial Regex Counter { get; }

    [GeneratedRegex("(?<key>[A-Z]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Pair { get; }

    /// <inheritdoc/>
    public async Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var answer = await ssh.AskAsync(
            "the release", $"{{ {OsRelease.Command}; }} && echo {Rule} && cat /proc/cmdline && echo {Rule} && lsblk -Pno NAME,PKNAME,PARTN,PARTTYPE,PARTUUID", cancellationToken);
        var parts = answer.Split(Rule);
        return SystemdGuest.Release(ssh, OsRelease.Parse(parts[0]), Slot(parts[1], parts[2]));
    }

    /// <inheritdoc/>
    public async Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        // EFI variables are UTF-16 after four bytes of attributes; their names here end in systemd's vendor id. The kernel's files do
        // not seek, and tail prints nothing of such a file when it opens it itself.
        const string command = $$"""
            v() { cat "/sys/firmware/efi/efivars/$1-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f" 2>/dev/null | tail -c +5 | tr -d '\0'; echo; }
            v LoaderEntrySelected; echo {{Rule}}; v LoaderBootCountPath; echo {{Rule}}; /usr/lib/systemd/systemd-bless-boot status
            """;
        var parts = (await ssh.AskAsync("how the boot is assessed", ssh.AsRoot(command), cancellationToken)).Split(Rule);
        return Assessment(parts[0].Trim(), parts[1].Trim(), parts[2].Trim())
            ?? throw new GuestException($"{ssh.Name}: systemd-bless-boot says \"{parts[2].Trim()}\" of {parts[1].Trim()}; look at the EFI system partition's entries (bootctl list)");
    }

    /// <inheritdoc/>
    public Task<string> UserSpaceIdAsync(SshSession ssh, CancellationToken cancellationToken) => systemd.UserSpaceIdAsync(ssh, cancellationToken);

    /// <inheritdoc/>
    public Task RequestUserSpaceRebootAsync(SshSession ssh, CancellationToken cancellationToken) => systemd.RequestUserSpaceRebootAsync(ssh, cancellationToken);

    /// <inheritdoc/>
    public Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation) => layout.ReadAsync(disk, table, cancellation);

    /// <inheritdoc/>
    public Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation) => layout.LeaveOneTryAsync(disk, table, entry, cancellation);

    /// <inheritdoc/>
    public IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot) => layout.MayLeave(before, now, slot);

    /// <inheritdoc/>
    public IReadOnlyList<string> LoaderFiles => forecast.LoaderFiles;

    /// <inheritdoc/>
    public BootForecast Forecast(DiskReading disk, KnownSystems known) => forecast.Forecast(disk, known);

    /// <summary>
    /// The rank of the running /usr partition among the slots of its kind on its disk, one that is being written included. Its UUID is the first half of the root hash
    /// (https://uapi-group.org/specifications/specs/discoverable_partitions_specification/). Labels are not looked at: the kernel's view of them is
    /// stale after an update.
    /// </summary>
    internal static string? Slot(string commandLine, string partitions)
    {
        var hash = UnifiedKernel.UsrHash.Match(commandLine.Trim());
        if (!hash.Success)
            return null;
        var uuid = Guid.Parse(hash.Groups["hash"].ValueSpan[..32]);
        var all = GuestShell.Lines(partitions)
            .Select(line => Pair.Matches(line).ToDictionary(m => m.Groups["key"].Value, m => m.Groups["value"].Value))
            .Where(p => Usr(p) is not null)
            .ToList();
        if (all.Find(p => Guid.TryParse(p["PARTUUID"], out var id) && id == uuid) is not { } running)
            return null;
        var rank = all
            .Where(p => p["PKNAME"] == running["PKNAME"] && Usr(p) == Usr(running))
            .Select(p => int.Parse(p["PARTN"], CultureInfo.InvariantCulture))
            .Distinct().Order().ToList().IndexOf(int.Parse(running["PARTN"], CultureInfo.InvariantCulture));
        return ((char)('A' + rank)).ToString();

        static Guid? Usr(Dictionary<string, string> partition) =>
            Guid.TryParse(partition.GetValueOrDefault("PARTTYPE"), out var type) ? SlotMark.Of(type, "", UsrTypes)?.Type : null;
    }

    /// <summary>What systemd-bless-boot's word means (systemd-bless-boot.service(8)).</summary>
    /// <param name="countPath">The booted file as it was named at boot, while the boot loader counted it; else empty.</param>
    internal static BootAssessment? Assessment(string entry, string countPath, string word)
    {
        var selected = entry.Length == 0 ? null : entry;
        return word switch
        {
            // Not counted at this boot, or counted and marked since.
            "clean" or "good" => new(true, null, selected),
            "indeterminate" or "bad" when Counter.Match(countPath) is { Success: true } counter =>
                new(false, int.Parse(counter.Groups["left"].ValueSpan, CultureInfo.InvariantCulture), selected),
            _ => null,
        };
    }
}
