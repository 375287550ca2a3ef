using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Restarts the machine and waits until it is ready again with another boot id.</summary>
[Keyword("reboot", Value = nameof(How)), Description("Restart the machine and wait until it is ready again.")]
public sealed record RebootStep : Step
{
    [Description("soft: the guest is told to reboot; hard: a reset, without warning; own: nobody tells it, it reboots by itself; user-space: the guest restarts its user space under the running kernel (systemctl soft-reboot), the boot id stays the same.")]
    public required RebootKind How { get; init; }

    [Description("With own, what must have made it reboot. Default: whatever.")]
    public RebootCause? By { get; init; }

    [Description("false: go on at once, whatever becomes of the machine.")]
    public bool Wait { get; init; } = true;

    private protected override string Describe() => $"{(How is RebootKind.UserSpace ? "user-space" : How.ToString().ToLowerInvariant())}{(By is null ? "" : $" by {By.ToString()!.ToLowerInvariant()}")}";
}

public enum RebootKind { Soft, Hard, Own, UserSpace }

public enum RebootCause { Watchdog }
