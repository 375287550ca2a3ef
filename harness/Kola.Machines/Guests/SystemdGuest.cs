using System.Text.RegularExpressions;
using Kola.Machines.Host;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Journal;
using Kola.Machines.Ssh;

namespace Kola.Machines.Guests;

/// <summary>Any Linux with systemd 240 or newer: no slots, no boot counting.</summary>
public sealed partial class SystemdGuest : IUserSpaceGuest
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <inheritdoc/>
    public string Name => "systemd";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> JournalCredentials => JournalStreaming.Credentials;

    /// <summary>The SSH server's name is Debian's; other distributions call it sshd.service.</summary>
    public IReadOnlyDictionary<UnitRole, string> Units { get; } = new Dictionary<UnitRole, string> { [UnitRole.Ssh] = "ssh.service", [UnitRole.BootComplete] = "boot-complete.target" };

    /// <inheritdoc/>
    public bool SaysSshListens(JournalEntry entry) => JournalStreaming.SaysSshListens(entry);

    /// <inheritdoc/>
    public bool SaysBootComplete(JournalEntry entry) => JournalStreaming.SaysBootComplete(entry);

    [GeneratedRegex(@"Failed with result '(?:timeout|watchdog)'\.")]
    private static partial Regex TooSlow { get; }

    /// <inheritdoc/>
    public bool SaysTimedOut(string line) => TooSlow.IsMatch(line);

    /// <inheritdoc/>
    public async Task<GuestHealth> HealthAsync(SshSession ssh, CancellationToken cancellationToken)
    {
        // --wait: systemd answers when it has settled, without polling. Its exit code says no more than its output.
        const string command = $"cat {BootIdFile} && {{ systemctl is-system-running --wait; systemctl list-units --failed --plain --no-legend --full; }}";
        var result = await ssh.QueryAsync(command, Timeout.InfiniteTimeSpan, cancellationToken);
        return ParseHealth(result.Stdout)
            ?? throw new GuestException($"{ssh.Name}: systemd does not report its state: {result.Stderr.Trim()}{result.Stdout.Trim()}; check that the image's adapter is the right one");
    }

    /// <inheritdoc/>
    public async Task<string> BootIdAsync(SshSession ssh, CancellationToken cancellationToken) =>
        (await ssh.AskAsync("the boot id", $"cat {BootIdFile}", cancellationToken)).Trim();

    /// <inheritdoc/>
    public async Task<GuestRelease> ReleaseAsync(SshSession ssh, CancellationToken cancellationToken) =>
        Release(ssh, OsRelease.Parse(await ssh.AskAsync("the release", OsRelease.Command, cancellationToken)), null);

    /// <inheritdoc/>
    public Task<BootAssessment?> AssessmentAsync(SshSession ssh, CancellationToken cancellationToken) => Task.FromResult<BootAssessment?>(null);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, GuestUnit>> UnitsAsync(SshSession ssh, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return new Dictionary<string, GuestUnit>();
        var words = string.Join(' ', names.Select(ShellQuote.Word));
        var text = await ssh.AskAsync("the state of units", $"systemctl show --property=LoadState,ActiveState,SubState -- {words}", cancellationToken);
        return ParseUnits(names, text)
            ?? throw new GuestException($"{ssh.Name}: systemctl show answers for other units than {words}; check their names");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> JournalAsync(SshSession ssh, string unit, int lines, CancellationToken cancellationToken) =>
        GuestShell.Lines(await ssh.AskAsync(
            $"the journal of {unit}", ssh.AsRoot($"journalctl --boot --unit={ShellQuote.Word(unit)} --lines={lines} --output=cat --no-pager --quiet"), cancellationToken));

    /// <inheritdoc/>
    public async Task<string> CommandLineAsync(SshSession ssh, CancellationToken cancellationToken) =>
        (await ssh.AskAsync("the kernel's command line", "cat /proc/cmdline", cancellationToken)).Trim();

    /// <inheritdoc/>
    public async Task<string> MachineIdAsync(SshSession ssh, CancellationToken cancellationToken) =>
        (await ssh.AskAsync("the machine id", "cat /etc/machine-id", cancellationToken)).Trim();

    /// <inheritdoc/>
    public async Task<GuestIdentity> ReseedAsync(SshSession ssh, GuestSeed seed, CancellationToken cancellationToken)
    {
        var answer = await ssh.AskAsync("its new identity", ssh.AsRoot(SystemdReseeding.Command(seed)), cancellationToken);
        var identity = SystemdReseeding.Parse(answer);
        if (identity is null || (seed.MachineId is { } asked && identity.MachineId != asked))
            throw new GuestException($"{ssh.Name}: the guest did not take a new identity, it answered '{answer.Trim()}'; set 'boot: cold' in the scenario, or check the image's adapter");
        return identity;
    }

    /// <inheritdoc/>
    public Task<GuestInvariants> InvariantsAsync(SshSession ssh, IReadOnlyCollection<string> canaries, CancellationToken cancellationToken) => InvariantsAsync(ssh, canaries, [], cancellationToken);

    /// <inheritdoc cref="InvariantsAsync(SshSession, IReadOnlyCollection{string}, CancellationToken)"/>
    /// <param name="trustAnchors">See <see cref="IUpdatingGuest.TrustAnchors"/>.</param>
    internal static async Task<GuestInvariants> InvariantsAsync(SshSession ssh, IReadOnlyCollection<string> canaries, IReadOnlyCollection<string> trustAnchors, CancellationToken cancellationToken) =>
        SystemdInvariants.Parse(await ssh.AskAsync("what an update must not change", ssh.AsRoot(SystemdInvariants.Command(canaries, trustAnchors)), cancellationToken))
        ?? throw new GuestException($"{ssh.Name}: the guest's answer about machine id, keys, /etc and journal is not whole; check that the image's adapter is the right one");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PendingAsync(SshSession ssh, CancellationToken cancellationToken) =>
        GuestShell.Lines(await ssh.AskAsync("what is starting", "systemctl list-jobs --plain --no-legend --full", cancellationToken));

    /// <inheritdoc/>
    public Task RequestRebootAsync(SshSession ssh, CancellationToken cancellationToken) => RequestAsync(ssh, "the guest to reboot", "reboot", cancellationToken);

    /// <summary>The invocation of sysinit.target: every start of a unit has another one (systemd.exec(5), v232), and this unit is stopped with the user space.</summary>
    public async Task<string> UserSpaceIdAsync(SshSession ssh, CancellationToken cancellationToken) =>
        (await ssh.AskAsync("the invocation of sysinit.target", "systemctl show --property=InvocationID --value sysinit.target", cancellationToken)).Trim();

    /// <inheritdoc/>
    public Task RequestUserSpaceRebootAsync(SshSession ssh, CancellationToken cancellationToken) =>
        RequestAsync(ssh, "the guest to restart its user space", "soft-reboot", cancellationToken);

    private static async Task RequestAsync(SshSession ssh, string asked, string verb, CancellationToken cancellationToken)
    {
        try
        {
            await ssh.AskAsync(asked, ssh.AsRoot($"systemctl --no-block {verb}"), cancellationToken);
        }
        catch (SshConnectionLostException)
        {
            // The reboot was faster than the answer; the ids show whether it happened.
        }
    }

    /// <summary>The release by what its makers number: the image, the ostree commit, the distribution.</summary>
    internal static GuestRelease Release(SshSession ssh, IReadOnlyDictionary<string, string> values, string? slot)
    {
        string? First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (values.TryGetValue(name, out var value) && value.Length > 0)
                    return value;
            }

            return null;
        }

        return new(
            First("IMAGE_ID", "VARIANT_ID", "ID") ?? "linux",
            First("IMAGE_VERSION", "OSTREE_VERSION", "VERSION_ID", "BUILD_ID") ?? throw new GuestException($"{ssh.Name}: os-release names no version; give it IMAGE_VERSION or VERSION_ID"),
            slot);
    }

    /// <summary>Boot id, state, then one failed unit a line.</summary>
    internal static GuestHealth? ParseHealth(string text)
    {
        var lines = GuestShell.Lines(text);
        return lines.Count < 2 ? null : new(lines[0], lines[1], [.. lines.Skip(2).Select(l => l.TrimStart('●', ' ').Split(' ')[0])]);
    }

    /// <summary>One paragraph a unit, in the order of the names.</summary>
    internal static IReadOnlyDictionary<string, GuestUnit>? ParseUnits(IReadOnlyCollection<string> names, string text)
    {
        var paragraphs = text.Trim().Split("\n\n");
        return paragraphs.Length != names.Count
            ? null
            : names.Zip(paragraphs).DistinctBy(p => p.First).ToDictionary(p => p.First, p => Unit(OsRelease.Parse(p.Second)));

        static GuestUnit Unit(IReadOnlyDictionary<string, string> values) =>
            new(values.GetValueOrDefault("LoadState", ""), values.GetValueOrDefault("ActiveState", ""), values.GetValueOrDefault("SubState", ""));
    }
}
