using FluentAssertions;
using Kola.Machines.Qemu.Serial;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Serial;

internal sealed class ConsolePatternsTests
{
    private static string? Name(string line) => ConsolePatterns.Fatal.FirstOrDefault(p => p.Pattern.IsMatch(line))?.Name;

    [TestCase("[    1.234567] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", "kernel-panic")]
    [TestCase("[   12.1] BUG: kernel NULL pointer dereference, address: 0000000000000000", "kernel-oops")]
    [TestCase("[   12.1] BUG: unable to handle page fault for address: ffffffffc0000000", "kernel-oops")]
    [TestCase("[   12.1] Oops: 0002 [#1] PREEMPT SMP NOPTI", "kernel-oops")]
    [TestCase("[   12.1] Oops: general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]", "kernel-oops")]
    [TestCase("[   12.1] general protection fault, probably for non-canonical address 0x1: 0000 [#1] SMP", "kernel-oops")]
    [TestCase("[   12.1] general protection fault: 0000 [#1] SMP", "kernel-oops")]
    [TestCase("[   12.1] traps: PANIC: double fault, error_code: 0x0", "kernel-oops")]
    [TestCase("[   12.1] kernel BUG at fs/ext4/inode.c:2721!", "kernel-oops")]
    [TestCase("You are in emergency mode. After logging in, type \"journalctl -xb\" to view", "emergency-shell")]
    [TestCase("Entering emergency mode. Exit the shell to continue.", "emergency-shell")]
    [TestCase("[  OK  ] Reached target emergency.target - Emergency Mode.", "emergency-shell")]
    [TestCase("ALERT!  UUID=0123 does not exist.  Dropping to a shell!", "emergency-shell")]
    [TestCase("Cannot open access to console, the root account is locked.", "emergency-shell")]
    [TestCase("[   40.0] Out of memory: Killed process 512 (etcd) total-vm:10kB", "oom-kill")]
    [TestCase("[   40.0] Memory cgroup out of memory: Killed process 512 (etcd)", "oom-kill")]
    [TestCase("[   40.0] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null)", "oom-kill")]
    [TestCase("[    5.0] systemd[1]: sysinit.target: Found ordering cycle on a.service/start", "ordering-cycle")]
    [TestCase("[ SKIP ] Ordering cycle found, skipping a.service", "ordering-cycle")]
    [TestCase("[    5.0] ignition[312]: Ignition failed: failed to fetch config", "ignition-failure")]
    [TestCase("[    5.0] ignition[312]: CRITICAL : failed to create users: exit status 1", "ignition-failure")]
    [TestCase("[FAILED] Failed to start ignition-files.service - Ignition (files).", "ignition-failure")]
    [TestCase("[    9.0] device-mapper: verity: 254:0: data block 300 is corrupted", "verity-corruption")]
    [TestCase("[    9.0] device-mapper: verity: 254:0: metadata block 300 is corrupted", "verity-corruption")]
    [TestCase("[    9.0] Kernel panic - not syncing: dm-verity device corrupted", "verity-corruption")]
    [TestCase("[FAILED] Failed to start ssh.service - OpenSSH Server.", "ssh-failed")]
    [TestCase("[FAILED] Failed to start OpenSSH server daemon.", "ssh-failed")]
    [TestCase("[FAILED] Failed to listen on sshd.socket - OpenSSH Server Socket.", "ssh-failed")]
    [TestCase("[   22.697401] rcu: rcu_preempt kthread timer wakeup didn't happen for 5251 jiffies! g-1147 f0x0", "timer-stuck")]
    [TestCase("BdsDxe: starting Boot0002 \"EFI Internal Shell\" from Fv(7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1)/FvFile(7C04A583-9E3E-4F1C-AD65-E05268D0B4D1)", "firmware-gave-up")]
    [TestCase("BdsDxe: No bootable option or device was found.", "firmware-gave-up")]
    [TestCase("No bootable device.", "firmware-gave-up")]
    [TestCase("[  OK  ] Started app.service - App[   12.345678] Kernel panic - not syncing: probe", "kernel-panic")]
    [TestCase("Nov 28 12:00:00 host app[12]: half a line[   12.345678][    C0] Kernel panic - not syncing: probe", "kernel-panic")]
    [TestCase("Kernel panic - not syncing: probe", "kernel-panic")]
    [TestCase("[   12.345678][  T512] BUG: kernel NULL pointer dereference, address: 0000000000000000", "kernel-oops")]
    [TestCase("[    5.0] ignition[312]: CRITICAL : Ignition failed: exit status 1", "ignition-failure")]
    [TestCase("[    5.0] ignition[312]: CRITICAL : files: op(7): [failed]   processing unit \"a.service\": exit status 1", "ignition-failure")]
    [TestCase("Ignition has failed. Please ensure your config is valid.", "ignition-failure")]
    [TestCase("[FAILED] Failed to start Ignition (files).", "ignition-failure")]
    public void A_fatal_line_is_known(string line, string name) => Name(line).Should().Be(name);

    [TestCase("[    0.0] Command line: panic=3 quiet oops=panic")]
    [TestCase("[    0.5] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:1]")]
    [TestCase("[   12.1] traps: bad[512] general protection fault ip:401000 sp:7ffc error:0 in bad[401000+1000]")]
    [TestCase("[   22.694376] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:")]
    [TestCase("DEBUG: all is well")]
    [TestCase("[  OK  ] Started systemd-oomd.service - Userspace Out-Of-Memory (OOM) Killer.")]
    [TestCase("[    5.0] ignition[312]: Ignition finished successfully")]
    [TestCase("[    5.0] device-mapper: verity: sha256 using implementation \"sha256-generic\"")]
    [TestCase("         Starting emergency.service - backup of the root account…")]
    [TestCase("[FAILED] Failed to start sshguard.service - Blocks Brute-Force Attacks.")]
    [TestCase("         Starting ssh.service - OpenSSH Server...")]
    [TestCase("ignition[700]: INFO : op(7): [finished] processing unit \"alert-failed.service\"")]
    [TestCase("[    5.0] ignition[700]: INFO     : files: op(7): [finished] setting preset to enabled for \"CRITICAL-failed.service\"")]
    [TestCase("[FAILED] Failed to start alert.service - Watches the ignition of the engine.")]
    [TestCase("[  OK  ] Started kernel-panic.service - Kernel panic - not syncing, reported.")]
    [TestCase("         Starting oops.service - Oops: a collector...")]
    [TestCase("[    5.0] systemd[1]: Starting oops.service - Oops: a collector...")]
    [TestCase("Nov 28 12:00:00 host app[12]: Oops: that went wrong")]
    [TestCase("[   12.345678] app[12]: BUG: that went wrong")]
    public void A_harmless_line_is_not(string line) => Name(line).Should().BeNull();
}
