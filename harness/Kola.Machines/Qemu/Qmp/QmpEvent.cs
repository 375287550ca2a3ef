using System.Text.Json;

namespace Kola.Machines.Qemu.Qmp;

/// <summary>Something that QEMU tells without being asked.</summary>
/// <param name="At">QEMU's own time of it.</param>
public abstract record QmpEvent(DateTimeOffset At)
{
    internal static QmpEvent Parse(JsonElement message)
    {
        var stamp = message.GetProperty("timestamp");
        var at = DateTimeOffset.FromUnixTimeSeconds(Math.Max(0, stamp.GetProperty("seconds").GetInt64()))
            .AddMicroseconds(Math.Max(0, stamp.GetProperty("microseconds").GetInt64()));
        var name = message.GetProperty("event").GetString() ?? "";
        var data = message.TryGetProperty("data", out var given) ? given : default;
        return name switch
        {
            "SHUTDOWN" => new ShutdownEvent(at, Flag(data, "guest"), Text(data, "reason")),
            "RESET" => new ResetEvent(at, Flag(data, "guest"), Text(data, "reason")),
            "STOP" => new StopEvent(at),
            "RESUME" => new ResumeEvent(at),
            "POWERDOWN" => new PowerdownEvent(at),
            "GUEST_PANICKED" => new GuestPanickedEvent(at, Text(data, "action")),
            "WATCHDOG" => new WatchdogEvent(at, Text(data, "action")),
            "MIGRATION" => new MigrationEvent(at, Text(data, "status")),
            "BLOCK_IO_ERROR" => new BlockErrorEvent(at, Text(data, "device"), Text(data, "operation"), Text(data, "reason")),
            _ => new OtherEvent(at, name, data),
        };
    }

    private static bool Flag(JsonElement data, string name) =>
        data.ValueKind is JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    private static string Text(JsonElement data, string name) =>
        data.ValueKind is JsonValueKind.Object && data.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <param name="Guest">Whether the guest did it, not the host.</param>
/// <param name="Reason">QEMU's ShutdownCause, such as <c>guest-shutdown, guest-reset, host-qmp-quit, host-signal</c>.</param>
public sealed record ShutdownEvent(DateTimeOffset At, bool Guest, string Reason) : QmpEvent(At);

/// <inheritdoc cref="ShutdownEvent"/>
public sealed record ResetEvent(DateTimeOffset At, bool Guest, string Reason) : QmpEvent(At);

public sealed record StopEvent(DateTimeOffset At) : QmpEvent(At);

public sealed record ResumeEvent(DateTimeOffset At) : QmpEvent(At);

/// <summary>The power button was pressed.</summary>
public sealed record PowerdownEvent(DateTimeOffset At) : QmpEvent(At);

public sealed record GuestPanickedEvent(DateTimeOffset At, string Action) : QmpEvent(At);

/// <summary>The guest has not fed its watchdog.</summary>
public sealed record WatchdogEvent(DateTimeOffset At, string Action) : QmpEvent(At);

public sealed record MigrationEvent(DateTimeOffset At, string Status) : QmpEvent(At);

/// <summary>The host could not read or write a disk of the guest.</summary>
public sealed record BlockErrorEvent(DateTimeOffset At, string Device, string Operation, string Reason) : QmpEvent(At);

/// <summary>An event that Kola has no words for.</summary>
public sealed record OtherEvent(DateTimeOffset At, string Name, JsonElement Data) : QmpEvent(At);
