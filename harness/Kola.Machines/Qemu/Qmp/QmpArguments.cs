namespace Kola.Machines.Qemu.Qmp;

/// <summary>The monitor: QEMU connects to the harness, which listens.</summary>
internal static class QmpArguments
{
    public static IEnumerable<string> For(string socket) =>
    [
        "-chardev", $"socket,id=qmp,path={QemuOption.Value(socket)},server=off",
        "-mon", "chardev=qmp,mode=control",
    ];
}
