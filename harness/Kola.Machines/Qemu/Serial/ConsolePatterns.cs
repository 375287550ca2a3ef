using System.Text.RegularExpressions;

namespace Kola.Machines.Qemu.Serial;

/// <summary>What Kola itself takes for a fatal line, whatever the guest. The first that matches names the line.</summary>
public static partial class ConsolePatterns
{
    /// <summary>In the order they are tried: a panic because of dm-verity is told as verity corruption.</summary>
    public static IReadOnlyList<ConsolePattern> Fatal { get; } =
    [
        new("firmware-gave-up", Firmware()),
        new("verity-corruption", Verity()),
        new("kernel-panic", Starved(), HostWhenStarved: true),
        new("kernel-panic", Panic()),
        new("kernel-oops", Oops()),
        new("emergency-shell", Emergency()),
        new("oom-kill", OutOfMemory()),
        new("ordering-cycle", OrderingCycle()),
        new("ignition-failure", Ignition()),
        new("ssh-failed", Ssh()),
        new("timer-stuck", Timer(), HostWhenEmulated: true),
    ];

    /// <summary>
    /// Where the kernel itself may speak: behind its time stamp, also when that stands behind the unfinished line of a program; or in a line that
    /// is neither a status line of systemd nor a program's (<c>name[pid]: …</c>), which may name a unit after anything.
    /// </summary>
    private const string Kernel =
        @"(?:\[\s*\d+\.\d+\](?:\[\s*[A-Z]\d+\])? (?![\w@.:-]+\[\d+\]: )|^(?!\[\s*(?:OK|FAILED|DEPEND|INFO|SKIP|TIME|WARN)\s*\] |\s{4,}[A-Z]\w+ing |.*[\w@.:-]+\[\d+\]: )).*?";

    // edk2's BdsDxe and SeaBIOS: no boot option led to a system. Many builds of OVMF have a shell as their last option.
    [GeneratedRegex(@"BdsDxe: (?:No bootable option or device was found|starting \w+ ""EFI Internal Shell"")|^No bootable device\.")]
    private static partial Regex Firmware();

    // drivers/md/dm-verity-target.c: "%s: %s block %llu is corrupted", panic("dm-verity device corrupted").
    [GeneratedRegex(@"device-mapper: verity: .* is corrupted|dm-verity device (?:has \w+ )?corrupted")]
    private static partial Regex Verity();

    [GeneratedRegex(Kernel + "Kernel panic - not syncing")]
    private static partial Regex Panic();

    // arch/x86/kernel/apic/io_apic.c (check_timer), kernel/watchdog.c, kernel/hung_task.c, kernel/rcu/tree_stall.h: panics of the kernel's own watchdogs.
    [GeneratedRegex(Kernel + @"Kernel panic - not syncing: (?:IO-APIC \+ timer doesn't work|softlockup: |Hard LOCKUP|hung_task: |RCU Stall)")]
    private static partial Regex Starved();

    // Not "BUG: soft lockup" nor "BUG: workqueue lockup": a busy host makes those. A general protection fault of a program
    // ("traps: x[1] general protection fault ip:…") is that program's affair.
    [GeneratedRegex(Kernel + @"(?:(?<!\w)BUG: (?!soft lockup|workqueue lockup)|\bkernel BUG at |\bOops: |\bOops\[#|general protection fault, (?:probably|maybe) for|general protection fault: \w+ \[#|\bdouble fault[:,]|Unable to handle kernel )")]
    private static partial Regex Oops();

    // systemd's sulogin and emergency.target, dracut, initramfs-tools.
    [GeneratedRegex(@"You are in emergency mode|Entering emergency mode|[Ee]mergency shell|Reached target .*[Ee]mergency(?:\.target| Mode)|Dropping to a shell!|root account is locked")]
    private static partial Regex Emergency();

    [GeneratedRegex(@"[Oo]ut of memory: Killed process|\boom-kill:")]
    private static partial Regex OutOfMemory();

    // systemd: "Found ordering cycle", "deleted to break ordering cycle", status line "Ordering cycle found, skipping …".
    [GeneratedRegex(@"[Oo]rdering cycle")]
    private static partial Regex OrderingCycle();

    // Ignition's own levels (internal/log of its source): an operation that failed and a stage that failed are CRITICAL or worse, whatever the
    // other lines quote. The last one is systemd's status line of a failed stage, with the unit's name or its description.
    [GeneratedRegex(@"ignition\[\d+\]: (?:(?:CRITICAL|ALERT|EMERGENCY)\s*:|Ignition failed)|^Ignition (?:has )?failed|\] Ignition (?:has )?failed|\bCRITICAL\s*: Ignition|Failed to start (?:ignition-[\w@-]+\.service\b|Ignition \()")]
    private static partial Regex Ignition();

    // systemd's status line, with the unit's name or, before v253, its description. Without its SSH server a guest never becomes ready.
    [GeneratedRegex(@"Failed to (?:start|listen on) (?:sshd?\.(?:service|socket)\b|OpenSSH )")]
    private static partial Regex Ssh();

    // kernel/rcu/tree_stall.h. Stalls alone ("detected stalls on CPUs") pass; a timer that has not fired for seconds does not come back.
    [GeneratedRegex(@"rcu: \w+ kthread timer wakeup didn't happen")]
    private static partial Regex Timer();
}
