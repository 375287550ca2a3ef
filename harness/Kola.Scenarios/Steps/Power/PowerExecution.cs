using Kola.Machines;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;
using Kola.Scenarios.Services;

namespace Kola.Scenarios.Steps.Power;

internal static class PowerExecution
{
    public static async Task<string?> RebootAsync(RebootStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        if (!step.Wait)
        {
            await live.DepartAsync(step.How, cancellation);
            return null;
        }

        if (step.How == RebootKind.UserSpace)
            return await live.RestartUserSpaceAsync(cancellation);
        if (step.How != RebootKind.Own)
        {
            await live.RebootAsync(step.How == RebootKind.Hard, cancellation);
            return $"boot {live.Boots.Count}";
        }

        if (live.Boots.Count == 0)
            throw new InputException($"{step.Location}: {live.Name} was never ready, so nobody could tell that it rebooted; let it be waited for");
        var changes = await live.AwaitRebootAsync(cancellation);
        var told = string.Join(", ", changes.Where(change => change.State is "reset" or "watchdog").Select(change => $"{change.State} ({change.Detail})"));
        return step.By is not RebootCause.Watchdog || changes.Any(change => change.State == "watchdog")
            ? $"boot {live.Boots.Count} after {told}"
            : throw new StepFailedException($"{live.Name} rebooted, but not by its watchdog: {told}");
    }

    public static async Task<string?> PowerOffAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOffAsync(cancellation);
        return null;
    }

    public static async Task<string?> PowerOnAsync(PowerOnStep step, StepContext context, CancellationToken cancellation)
    {
        await context.Live.PowerOnAsync(cancellation, step.Wait);
        return context.Live.IsReady ? $"boot {context.Live.Boots.Count}" : null;
    }

    public static async Task<string?> PowerCutAsync(PowerCutStep step, StepContext context, AttemptServers servers, CancellationToken cancellation)
    {
        var seen = step.When is { } moment ? await MomentExecution.AwaitAsync(moment, context, servers, cancellation) : null;
        await context.Live.PowerCutAsync(cancellation);
        return seen;
    }
}
