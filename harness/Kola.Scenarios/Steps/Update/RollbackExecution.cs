using Kola.Scenarios.Attempts;
using Kola.Scenarios.Live;

namespace Kola.Scenarios.Steps.Update;

internal static class RollbackExecution
{
    public static async Task<string?> RunAsync(RollbackStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = UpdateExecution.Guest(live);
        await live.Releases.FollowAsync(cancellation);
        await live.Machine.GuardAsync($"the boot loader to take release {step.To}", context.GuardBound, c => guest.RollBackAsync(live.Ssh, step.To, c), cancellation);
        await live.RebootAsync(hard: false, cancellation, "rollback");
        return live.Releases.Running == step.To
            ? $"release {step.To}"
            : throw new StepFailedException($"{live.Name} runs release {live.Releases.Running} after it was rolled back to {step.To} by hand");
    }
}
