namespace Kola.Machines.Qemu.Firmware;

/// <summary>UEFI firmware: code that all machines share, and the variables each machine gets a copy of.</summary>
/// <param name="Format">Of both files, as QEMU names it: <c>raw</c> or <c>qcow2</c>.</param>
/// <param name="NeedsSmm">Whether it protects its variables by system management mode, as Secure Boot wants it.</param>
public sealed record FirmwareImage(string Code, string Variables, string Format, bool NeedsSmm);
