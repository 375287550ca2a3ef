using Kola.Machines.Host;
using Kola.Machines.Qemu.Firmware;

namespace Kola.Machines.Qemu;

/// <summary>What the guest's kernel is told besides its image's command line, without a change of the image.</summary>
/// <remarks>
/// On a busy host an emulated timer interrupt may come too late for the kernel's check at boot ("IO-APIC + timer doesn't work", a panic); under KVM
/// the kernel leaves the check out by itself. <c>no_timer_check</c> does so under emulation. It reaches a guest by SMBIOS strings of type 11 where
/// systemd-stub 254 or newer starts a unified kernel image, or systemd-boot 256 or newer an entry with a kernel (systemd-stub(7), smbios-type-11(7)). It does
/// not reach guests that start by GRUB, by BIOS, or by older versions: there the panic stays possible, and is judged by how starved the machine was.
/// The string is part of the machine's fingerprint, is measured to PCR 12, and is seen in the guest's /proc/cmdline.
/// </remarks>
internal static class GuestKernelArguments
{
    private const string Extra = "no_timer_check";

    /// <param name="firmware">UEFI; <see langword="null"/>: BIOS, whose boot loaders read no such string.</param>
    public static IEnumerable<string> For(FirmwareImage? firmware, Accelerator accelerator) =>
        accelerator.Kind is AcceleratorKind.Tcg && firmware is not null
            ? ["-smbios", $"type=11,value=io.systemd.stub.kernel-cmdline-extra={Extra},value=io.systemd.boot.kernel-cmdline-extra={Extra}"]
            : [];
}
