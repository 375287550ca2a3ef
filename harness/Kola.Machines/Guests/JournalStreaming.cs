using Kola.Machines.Journal;

namespace Kola.Machines.Guests;

/// <summary>
/// Makes a systemd stream its journal to a virtio-serial port: by system credentials, which leave nothing on the disk, count in every boot and
/// are there before the network is.
/// </summary>
/// <remarks>
/// systemd-debug-generator(8) takes units and drop-ins from credentials since systemd 256; an older one does not know them and streams
/// nothing. The unit can neither fail nor hold up the start.
/// </remarks>
internal static class JournalStreaming
{
    private const string Unit = "kola-journal.service", InitrdUnit = "kola-journal-initrd.service";
    private const string PidFile = "/run/kola-journal.pid";

    /// <summary>
    /// An initrd streams its journal when it fails, and only then: the system tells it all once it runs, and telling it twice costs an emulated
    /// guest seconds.
    /// </summary>
    private const string InInitrd = "ConditionPathExists=/etc/initrd-release", NotInInitrd = "ConditionPathExists=!/etc/initrd-release";

    /// <summary>Value by name of system credential.</summary>
    public static IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string>
    {
        [$"systemd.extra-unit.{Unit}"] = Service(NotInInitrd),
        [$"systemd.extra-unit.{InitrdUnit}"] = Service(InInitrd),
        ["systemd.unit-dropin.sysinit.target"] = $"[Unit]\nWants={Unit}\n",
        ["systemd.unit-dropin.emergency.target"] = $"[Unit]\nWants={InitrdUnit}\n",
    };

    /// <summary>
    /// It does not wait for udev, which comes to the port after the network. The empty line ends one that the boot before was cut off in. Started
    /// again, journalctl tells only its last entries again. It goes on while the system shuts down, until all processes are killed. It is
    /// restarted directly, or the unit would count as failed for a moment.
    /// </summary>
    private static string Service(string condition) => $$"""
        [Unit]
        Description=Journal for the harness that runs this machine
        DefaultDependencies=no
        IgnoreOnIsolate=yes
        {{condition}}
        After=systemd-journald.service systemd-journal-flush.service
        StartLimitIntervalSec=0
        [Service]
        ExecStart=/bin/sh -c ' \
            port() { for p in /sys/class/virtio-ports/*; do read n < $$p/name && [ "$$n" = {{MachineJournal.PortName}} ] && return; done; false; }; \
            t=0; until port; do t=$$((t + 1)); [ $$t -lt 120 ] || exec sleep 99999999; sleep 1; done; \
            n=all; [ ! -e {{PidFile}} ] || n=100; echo $$$$ > {{PidFile}}; exec > /dev/$${p##*/}; echo; \
            exec journalctl --boot --follow --lines=$$n --output=json --output-fields={{JournalLine.Fields}}'
        StandardError=null
        Restart=always
        RestartMode=direct
        RestartSec=250ms

        """;

    /// <summary>Shell commands that let the stream follow the journal to another folder: journalctl notices no folder that is renamed. No process is needed for it.</summary>
    public const string Restart = $"[ ! -s {PidFile} ] || {{ read p < {PidFile}; kill \"$p\" || :; }}";

    /// <summary>The manager's message that a job has ended well (SD_MESSAGE_UNIT_STARTED, sd-messages.h).</summary>
    private const string UnitStarted = "39f53479d3a045ac8e11786248231fbf";

    private static readonly string[] SshUnits = ["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"];

    /// <summary>Whether an entry says that <c>boot-complete.target</c> is reached (systemd.special(7)).</summary>
    public static bool SaysBootComplete(JournalEntry entry) => entry is { MessageId: UnitStarted, Unit: "boot-complete.target" };

    /// <summary>Whether an entry says that the guest's SSH server listens.</summary>
    public static bool SaysSshListens(JournalEntry entry) => entry is { MessageId: UnitStarted, Unit: { } unit } && SshUnits.Contains(unit);
}
