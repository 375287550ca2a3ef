using Kola.Machines.Guests;
using Kola.Scenarios.Attempts;
using Kola.Scenarios.Steps.Update;

namespace Kola.Scenarios.Steps.Guest;

internal static class SabotageExecution
{
    public static async Task<string?> RunAsync(SabotageStep step, StepContext context, CancellationToken cancellation)
    {
        var live = context.Live;
        var guest = UpdateExecution.Guest(live);
        Sabotage sabotage = step.How switch
        {
            SabotageKind.FailingUnit => new Sabotage.FailingUnit(step.Release, step.Unit!),
            SabotageKind.Panic => new Sabotage.KernelPanic(step.Release),
            SabotageKind.Hang => new Sabotage.Hang(step.Release),
            _ => new Sabotage.NoNetwork(step.Release),
        };
        await live.Machine.GuardAsync("the sabotage to be in place", context.GuardBound, c => guest.SabotageAsync(live.Ssh, sabotage, c), cancellation);
        return null;
    }
}
