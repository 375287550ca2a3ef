namespace Kola.Machines.Qemu.Qmp;

/// <summary>QEMU refused a command.</summary>
/// <param name="errorClass">QMP's error class, such as <c>GenericError</c>.</param>
public sealed class QmpException(string command, string errorClass, string description)
    : HostException($"QEMU refused {command}: {description}; see the machine's qemu.log and qemu.cmd")
{
    public string Command { get; } = command;

    public string ErrorClass { get; } = errorClass;
}

/// <summary>The connection to QEMU is gone, as a rule because QEMU is.</summary>
public sealed class QmpClosedException(string message) : HostException(message);
