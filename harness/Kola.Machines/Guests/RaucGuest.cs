using Kola.Machines.Images.Catalog;
using Kola.Machines.Offline;
using Kola.Machines.Ssh;
using Kola.Machines.Sweeps;

namespace Kola.Machines.Guests;

/// <summary>A systemd Linux that RAUC updates: slots on the boot disk, GRUB with RAUC's grub backend (<c>ORDER</c>, <c>X_OK</c>, <c>X_TRY</c> in grubenv).</summary>
/// <remarks>
/// Nothing is taken from <c>rauc status</c>: it tells what RAUC remembers, an installation that fails overwrites it, and while one runs it answers with an error.
/// What runs is told by os-release and by the device that is mounted as root, what is installed by the slots' own file systems.
/// </remarks>
public sealed partial class RaucGuest : ISystemdBased, IOfflineLayout, IBootForecaster
{
    /// <summary>RAUC asks only whether the count is zero; how far it goes is for the image's grub.cfg. Three is what images with a count have.</summary>
    internal const int MostTries = 3;

    private const string Rule = "=====";

    /// <summary>For each slot of <c>/etc/rauc/system.conf</c> its bootname and its device.</summary>
    private const string Slots = """
        awk -F= '/^\[/ {d = b = ""} $1 == "device" {d = $2} $1 == "bootname" {b = $2} d && b {print b, d; d = b = ""}' /etc/rauc/system.conf
        """;

    private const string Environment = "grub-editenv \"$(sed -n 's/^grubenv=//p' /etc/rauc/system.conf)\" list";

    private readonly RaucLayout layout = new();
    private readonly RaucForecast forecast = new();

    /// <inheritdoc/>
    public string Name => "rauc";

    /// <inheritdoc/>
    public IReadOnlyDictionary<UnitRole, string> Units { get; } = new Dictionary<UnitRole, string>(new SystemdGuest().Units) { [UnitRole.MarkGood] = "rauc-mark-good.service", [UnitRole.Updater] = "rauc.service" };

    /// <inheritdoc/>
    public async Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var answer = await ssh.AskAsync("the release", $"{{ {OsRelease.Command}; }} && echo {Rule} && {RunningSlot}", cancellationToken);
        var parts = answer.Split(Rule);
        return SystemdGuest.Release(ssh, OsRelease.Parse(parts[0]), Slot(parts[1]));
    }

    /// <inheritdoc/>
    public async Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        var parts = (await ssh.AskAsync("how the boot is assessed", ssh.AsRoot($"set -e; {RunningSlot}; echo {Rule}; {Environment}"), cancellationToken)).Split(Rule);
        return Assessment(Slot(parts[0]), GrubEnvironment.OfList(parts[1]))
            ?? throw new GuestException($"{ssh.Name}: grubenv does not count the slot that runs: {parts[1].Trim()}; compare it with bootname= in /etc/rauc/system.conf");
    }

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

    /// <summary>The device that is mounted as root, then each slot's bootname and device, links followed.</summary>
    private const string RunningSlot = $"findmnt -no SOURCE / && {{ {Slots} | while read -r name device; do echo \"$name $(readlink -f \"$device\")\"; done; }}";

    /// <summary>The bootname of the slot whose device is mounted as root; <see langword="null"/> when it is none of them.</summary>
    internal static string? Slot(string answer)
    {
        var lines = GuestShell.Lines(answer);
        return lines.Skip(1).Select(line => line.Split(' ', 2)).FirstOrDefault(slot => slot.Length == 2 && slot[1] == lines[0])?[0];
    }

    /// <summary>What grubenv says of a slot that runs: <c>rauc status mark-good</c> sets its count back to zero.</summary>
    internal static BootAssessment? Assessment(string? slot, GrubEnvironment environment) =>
        slot is null || environment.Tries(slot) is not { } tries ? null
        : environment.IsOk(slot) && tries == 0 ? new(true, null, slot)
        : new(false, Math.Max(0, MostTries - tries), slot);
}
