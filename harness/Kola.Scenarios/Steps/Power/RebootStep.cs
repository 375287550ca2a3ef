using System.ComponentModel;
using Kola.Machines;
using Kola.Scenarios.Live;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Power;

/// <summary>Restarts the machine and waits until it is ready again with another boot id.</summary>
[Keyword("reboot", Value = nameof(How)), Description("Restart the machine and wait until it is ready again.")]
public sealed record RebootStep : Step, IMachineStep
{
    [Description("soft: the guest gets a command to reboot; hard: a reset, without warning; own: the guest reboots on its own initiative; user-space: the guest restarts its user space under the running kernel (systemctl soft-reboot), the boot id stays the same.")]
    public required RebootKind How { get; init; }

    [Description("With own, what must have caused the reboot. Default: anything.")]
    public RebootCause? By { get; init; }

    [Description("false: continue at once, without waiting for the machine.")]
    public bool Wait { get; init; } = true;

    private protected override string Describe() => $"{(How is RebootKind.UserSpace ? "user-space" : How.ToString().ToLowerInvariant())}{(By is null ? "" : $" by {By.ToString()!.ToLowerInvariant()}")}";

    async Task<string?> IMachineStep.RunAsync(MachineStepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (!Wait)
        {
            await live.DepartAsync(How, cancellation);
            return null;
        }

        if (How == RebootKind.UserSpace)
            return await live.RestartUserSpaceAsync(cancellation);
        if (How != RebootKind.Own)
        {
            await live.RebootAsync(How == RebootKind.Hard, cancellation);
            return $"boot {live.Boots.Count}";
        }

        if (live.Boots.Count == 0)
            throw new InputException($"{Location}: {live.Name} was never ready, so its reboot could not be detected; let it be waited for (ready: {{wait: true}})");
        if (By is RebootCause.Watchdog)
            live.Machine.AllowFaults([MachineFault.WatchdogReset]);
        var changes = await live.AwaitRebootAsync(cancellation);
        var told = string.Join(", ", changes.Where(change => change.State is "reset" or "watchdog").Select(change => $"{change.State} ({change.Detail})"));
        return By is not RebootCause.Watchdog || changes.Any(change => change.State == "watchdog")
            ? $"boot {live.Boots.Count} after {told}"
            : throw new StepFailedException($"{live.Name} rebooted, but not by its watchdog: {told}");
    }
}

public enum RebootCause { Watchdog }
