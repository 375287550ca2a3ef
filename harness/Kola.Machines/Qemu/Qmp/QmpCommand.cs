using System.Text.Json.Serialization;

namespace Kola.Machines.Qemu.Qmp;

/// <summary>A QMP command; its properties are the arguments. Names as in QEMU's QMP reference.</summary>
/// <typeparam name="TReturn">What QEMU answers.</typeparam>
public abstract record QmpCommand<TReturn>([property: JsonIgnore] string Execute);

/// <summary>The answer of commands that answer nothing: an empty object.</summary>
public sealed record QmpNothing;

/// <param name="Status">As QEMU's RunState: <c>running, paused, shutdown, guest-panicked, …</c></param>
public sealed record RunStatus(string Status, bool Running);

/// <summary>Leaves the negotiation mode; before it QEMU sends no events.</summary>
public sealed record QmpCapabilities() : QmpCommand<QmpNothing>("qmp_capabilities");

public sealed record QueryStatus() : QmpCommand<RunStatus>("query-status");

/// <summary>Presses the power button (ACPI); the guest may ignore it.</summary>
public sealed record SystemPowerdown() : QmpCommand<QmpNothing>("system_powerdown");

/// <summary>Presses the reset button.</summary>
public sealed record SystemReset() : QmpCommand<QmpNothing>("system_reset");

/// <summary>Ends QEMU in good order: image files are flushed.</summary>
public sealed record Quit() : QmpCommand<QmpNothing>("quit");

/// <summary>Stops the virtual CPUs.</summary>
public sealed record StopCpus() : QmpCommand<QmpNothing>("stop");

/// <summary>Lets the virtual CPUs run.</summary>
public sealed record ContinueCpus() : QmpCommand<QmpNothing>("cont");

/// <summary>Runs a command of the human monitor and returns what it prints.</summary>
public sealed record HumanMonitorCommand([property: JsonPropertyName("command-line")] string CommandLine)
    : QmpCommand<string>("human-monitor-command");

/// <summary>Writes the display to a file on the host.</summary>
/// <param name="Format"><c>png</c> or <c>ppm</c>.</param>
public sealed record Screendump(string Filename, string Format = "png") : QmpCommand<QmpNothing>("screendump");

/// <summary>Pulls a network cable or plugs it in; the guest's driver sees the carrier change.</summary>
/// <param name="Name">Of the card or its backend.</param>
public sealed record SetLink(string Name, bool Up) : QmpCommand<QmpNothing>("set_link");

/// <summary>What the guest's drivers let through to each network card.</summary>
public sealed record QueryRxFilter() : QmpCommand<IReadOnlyList<RxFilter>>("query-rx-filter");

/// <summary>One card's filter. Virtio cards are promiscuous until a driver brings the interface up.</summary>
public sealed record RxFilter(string Name, bool Promiscuous);

/// <summary>Sets what a migration can do. Both sides need the same.</summary>
public sealed record MigrateSetCapabilities(IReadOnlyList<MigrationCapability> Capabilities) : QmpCommand<QmpNothing>("migrate-set-capabilities");

/// <param name="Capability">As QEMU's MigrationCapability, such as <c>x-ignore-shared</c>.</param>
public sealed record MigrationCapability(string Capability, bool State);

/// <summary>Begins to send the machine's state; <see cref="QueryMigrate"/> tells the end.</summary>
public sealed record Migrate(string Uri) : QmpCommand<QmpNothing>("migrate");

/// <summary>Begins to take in a machine's state, in a QEMU started with <c>-incoming defer</c>.</summary>
public sealed record MigrateIncoming(string Uri) : QmpCommand<QmpNothing>("migrate-incoming");

public sealed record QueryMigrate() : QmpCommand<MigrationInfo>("query-migrate");

/// <param name="Status">As QEMU's MigrationStatus: <c>setup, active, completed, failed, …</c>; none before the first.</param>
public sealed record MigrationInfo(string? Status = null, string? ErrorDesc = null);
