using Kola.Machines;
using Kola.Scenarios.Steps;

namespace Kola.Scenarios.Execution.Steps;

internal static class NetworkExecution
{
    public static async Task<string?> RunAsync(NetworkStep step, StepContext context, CancellationToken cancellation)
    {
        var (live, up) = (context.Live, step.Link == LinkState.Up);
        if (step.Nic > live.Machine.Spec.Network.ExtraNics)
            throw new InputException($"{step.Location}: {live.Name} has no network interface {step.Nic}; give it more ('network: {{ extra-nics: {step.Nic} }}')");
        await live.Machine.SetLinkAsync(step.Nic, up, cancellation);
        if (step.Nic > 0)
            return null;
        // What was under way on the old connection may hang for as long as TCP is patient.
        await live.Ssh.DisconnectAsync();
        if (!up || !live.IsReady)
            return null;
        await live.Machine.GuardAsync("the guest to answer again", context.Bound, async c => { await live.Ssh.ConnectAsync(c); return true; }, cancellation);
        return "the guest answers again";
    }
}
