namespace Kola.Machines.Qemu.Tpm;

/// <summary>A TPM 2.0 with the CRB interface, emulated by swtpm.</summary>
internal static class TpmArguments
{
    public static IEnumerable<string> For(string socket) =>
    [
        "-chardev", $"socket,id=tpm,path={QemuOption.Value(socket)}",
        "-tpmdev", "emulator,id=tpm0,chardev=tpm",
        "-device", "tpm-crb,tpmdev=tpm0",
    ];
}
