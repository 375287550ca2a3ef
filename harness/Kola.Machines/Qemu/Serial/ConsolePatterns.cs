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
        new("kernel-panic", Panic()),
        new("kernel-oops", Oops()),
        new("emergency-shell", Emergency()),
        new("oom-kill", OutOfMemory()),
        new("ordering-cycle", OrderingCycle()),
        new("ignition-failure", Ignition()),
        new("ssh-failed", Ssh()),
        new("timer-stuck", Timer(), HostWhenEmulated: true),
    ];

    // edk2's BdsDxe and SeaBIOS: no boot option led to a system. Many builds of OVMF have a shell as their last option.
    [GeneratedRegex(@"BdsDxe: (?:No bootable option or device was found|starting \w+ ""EFI Internal Shell"")|^No bootable device\.")]
    private static partial Regex Firmware();

    // drivers/md/dm-verity-target.c: "%s: %s block %llu is corrupted", panic("dm-verity device corrupted").
    [GeneratedRegex(@"device-mapper: verity: .* is corrupted|dm-verity device (?:has \w+ )?corrupted")]
    private static partial Regex Verity();

    [GeneratedRegex(@"Kernel panic - not syncing")]
    private static partial Regex Panic();

    // Not "BUG: soft lockup" nor "BUG: workqueue lockup": a busy host makes those. A general protection fault of a program
    // ("traps: x[1] general protection fault ip:…") is that program's affair.
    [GeneratedRegex(@"(?<!\w)BUG: (?!soft lockup|workqueue lockup)|\bkernel BUG at |\bOops: |\bOops\[#|general protection fault, (?:probably|maybe) for|general protection fault: \w+ \[#|\bdouble fault[:,]|Unable to handle kernel ")]
    private static partial Regex Oops();

    // systemd's sulogin and emergency.target, dracut, initramfs-tools.
    [GeneratedRegex(@"You are in emergency mode|Entering emergency mode|[Ee]mergency shell|Reached target .*[Ee]mergency(?:\.target| Mode)|Dropping to a shell!|root account is locked")]
    private static partial Regex Emergency();

    [GeneratedRegex(@"[Oo]ut of memory: Killed process|\boom-kill:")]
    private static partial Regex OutOfMemory();

    // systemd: "Found ordering cycle", "deleted to break ordering cycle", status line "Ordering cycle found, skipping …".
    [GeneratedRegex(@"[Oo]rdering cycle")]
    private static partial Regex OrderingCycle();

    // The last one is systemd's status line of a failed stage.
    [GeneratedRegex(@"Ignition failed|\bCRITICAL : Ignition|ignition\[\d+\]: .*\b(?:CRITICAL|failed\b)|Failed to start .*[Ii]gnition")]
    private static partial Regex Ignition();

    // systemd's status line, with the unit's name or, before v253, its description. Without its SSH server a guest never becomes ready.
    [GeneratedRegex(@"Failed to (?:start|listen on) (?:sshd?\.(?:service|socket)\b|OpenSSH )")]
    private static partial Regex Ssh();

    // kernel/rcu/tree_stall.h. Stalls alone ("detected stalls on CPUs") pass; a timer that has not fired for seconds does not come back.
    [GeneratedRegex(@"rcu: \w+ kthread timer wakeup didn't happen")]
    private static partial Regex Timer();
}
