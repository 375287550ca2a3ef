namespace Kola.Machines.Qemu.Serial;

/// <summary>The serial console: QEMU connects before it runs the guest, so the first byte is caught.</summary>
internal static class SerialArguments
{
    public static IEnumerable<string> For(string socket) =>
    [
        "-chardev", $"socket,id=console,path={QemuOption.Value(socket)},server=off",
        "-serial", "chardev:console",
    ];
}
