using System.Text.RegularExpressions;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>Flatcar Container Linux, or another system that update_engine updates by the Omaha protocol: <c>/usr</c> in the slots USR-A and USR-B, which GRUB chooses by gptprio.</summary>
/// <remarks>
/// What runs is told by os-release and by the partition that the kernel was told to mount as /usr, what is installed by the slots themselves, never by what update_engine remembers.
/// A release is marked good by update_engine 45 s after it has started; a check for updates marks it good at once, so nothing here checks but <see cref="UpdateAsync"/>.
/// It was tested against recorded output: no Flatcar can be had where Kola is made.
/// </remarks>
public sealed partial class FlatcarGuest : ISystemdBased, IOfflineLayout
{
    private const string Rule = "=====";

    /// <summary>The partition table of the disk with the slots. sfdisk reads it anew; the kernel's view is of its own start.</summary>
    private const string Table = "sfdisk --json \"/dev/$(lsblk -Pno PKNAME,PARTLABEL | sed -n 's/^PKNAME=\"\\([^\"]*\\)\" PARTLABEL=\"USR-A\"$/\\1/p' | head -n 1)\"";

    private readonly FlatcarLayout layout = new();

    /// <inheritdoc/>
    public string Name => "flatcar";

    /// <inheritdoc/>
    public IReadOnlyDictionary<UnitRole, string> Units { get; } = new Dictionary<UnitRole, string>(new SystemdGuest().Units)
    {
        [UnitRole.Ssh] = "sshd.service",
        [UnitRole.MarkGood] = "update-engine.service",
        [UnitRole.Updater] = "update-engine.service",
    };

    [GeneratedRegex("(?:^|\\s)(?:verity\\.usr|mount\\.usr|usr)=PARTUUID=(?<id>[0-9a-fA-F-]{36})(?:\\s|$)")]
    private static partial Regex Usr { get; }

    /// <inheritdoc/>
    public async Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var answer = await ssh.AskAsync("the release", ssh.AsRoot($"{{ {OsRelease.Command}; }} && echo {Rule} && cat /proc/cmdline && echo {Rule} && {Table}"), cancellationToken);
        var parts = answer.Split(Rule);
        return SystemdGuest.Release(ssh, OsRelease.Parse(parts[0]), Slot(parts[1], PartitionTableReader.Parse(parts[2], "")));
    }

    /// <inheritdoc/>
    public async Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var parts = (await ssh.AskAsync("how the boot is assessed", ssh.AsRoot($"cat /proc/cmdline && echo {Rule} && {Table}"), cancellationToken)).Split(Rule);
        return Assessment(parts[0], PartitionTableReader.Parse(parts[1], ""))
            ?? throw new GuestException($"{ssh.Name}: the kernel was told to mount no slot as /usr: {parts[0].Trim()}; check that the image's adapter is the right one");
    }

    /// <inheritdoc/>
    public Task<Installation> ReadAsync(OfflineDisk disk, PartitionTable table, CancellationToken cancellation) => layout.ReadAsync(disk, table, cancellation);

    /// <inheritdoc/>
    public Task<string> LeaveOneTryAsync(OfflineDisk disk, PartitionTable table, BootEntry entry, CancellationToken cancellation) => layout.LeaveOneTryAsync(disk, table, entry, cancellation);

    /// <inheritdoc/>
    public IReadOnlyList<LeftoverPlace> MayLeave(DiskReport before, DiskReport now, string slot) => layout.MayLeave(before, now, slot);

    /// <summary>The slot whose partition the kernel was told to mount as /usr; <see langword="null"/> when it is none.</summary>
    internal static string? Slot(string commandLine, PartitionTable table) => Running(commandLine, table) is { } partition ? FlatcarLayout.SlotOf(partition) : null;

    /// <summary>The running slot's attributes: on trial it has no tries left any more, as GRUB has taken its only one off.</summary>
    internal static BootAssessment? Assessment(string commandLine, PartitionTable table)
    {
        if (Running(commandLine, table) is not { } partition)
            return null;
        var marks = GptPriority.Of(partition);
        return marks.Successful ? new(true, null, partition.Label) : new(false, marks.Tries, partition.Label);
    }

    private static Partition? Running(string commandLine, PartitionTable table) =>
        Usr.Match(commandLine) is { Success: true } match && Guid.TryParse(match.Groups["id"].ValueSpan, out var id)
            ? table.Partitions.FirstOrDefault(partition => partition.Id == id && FlatcarLayout.SlotOf(partition) is not null)
            : null;
}
