namespace Kola.Machines;

/// <summary>
/// A failure of a machine or of what it stands on. The message says what happened, what was expected and ends with the remedy.
/// </summary>
/// <remarks>Subclasses say whose fault it is: <see cref="HostException"/> is infrastructure, <see cref="GuestException"/> is the product's.</remarks>
public abstract class MachineException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The host, its tools or its files are at fault (no QEMU, disk full, download failed): infrastructure, never the product.</summary>
public class HostException(string message, Exception? inner = null) : MachineException(message, inner);

/// <summary>What the user wrote (catalog, provisioning config, option) is wrong: a usage error.</summary>
public class InputException(string message, Exception? inner = null) : MachineException(message, inner);

/// <summary>The guest did something wrong (panic, failed unit, no SSH in time): a product failure.</summary>
public class GuestException(string message, Exception? inner = null) : MachineException(message, inner);
